package main

import (
	"context"
	"errors"
	"fmt"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func receiveFlags(c *call) {
	c.flags.StringVar(&c.office, "office", "", "")
	c.flags.StringVar(&c.mediumNo, "medium", "", "")
}

// runReceive brings a list in from a medium.
func runReceive(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, "PATH")
	if err != nil {
		return err
	}
	if c.office == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--office")
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	h, err := site.Receive(ctx, args[0], c.office, c.mediumNo)
	if err != nil {
		return err
	}
	for _, f := range h.Files {
		c.Say("受領しました: %d バイト SHA-256 %x", "received: %d bytes, SHA-256 %x", f.Size, f.SHA256)
	}
	c.Say("媒体の中身はそのまま残っています。次の実行(baitai run)で受け付けます。", "the medium is as it was; the next run (baitai run) takes the list in")
	return c.Value(handOverJSON(h))
}

func deliverFlags(c *call) {
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.StringVar(&c.mediumNo, "medium", "", "")
	c.flags.BoolVar(&c.mail, "mail", false, "")
	c.flags.StringVar(&c.iso, "iso", "", "")
	c.flags.StringVar(&c.disc, "disc", "", "")
}

// runDeliver brings a result out to a medium.
func runDeliver(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	if err := c.checkDeliver(); err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	switch {
	case c.iso != "":
		return c.deliverImage(ctx, site, args[0])
	case c.mail:
		h, err := site.DeliverByMail(ctx, args[0], c.to)
		if err != nil {
			return err
		}
		c.sayMail(h)
		value := handOverJSON(h)
		value["mail"] = c.mailText(h)
		return c.Value(value)
	}
	h, err := site.Deliver(ctx, args[0], c.to, c.mediumNo)
	if err != nil {
		return err
	}
	c.Say("交付しました: %s(照会元 %s、%d ファイル、読み戻して確認済み)", "delivered: %s (office %s, %d files, read back and compared)", h.Job, h.Office, len(h.Files))
	c.Say("  場所: %s", "  where: %s", h.Folder)
	if h.SameDisk {
		c.Say("  △ この場所は、拠点と同じディスクの上にあります。媒体が取り付けられているか確かめてください。", "  warning: this is on the same disk as the site: is the medium mounted there?")
	}
	value := handOverJSON(h)
	value["same_disk"] = h.SameDisk
	return c.Value(value)
}

// checkDeliver refuses flags that do not go together.
func (c *call) checkDeliver() error {
	switch {
	case c.to == "" && c.iso == "":
		return issue.New(issue.MissingArgument, issue.Pos{}, "--to")
	case c.to != "" && c.iso != "":
		return issue.New(issue.NotTogether, issue.Pos{}, "--to", "--iso")
	case c.mail && c.iso != "":
		return issue.New(issue.NotTogether, issue.Pos{}, "--mail", "--iso")
	case c.disc != "" && c.iso == "":
		return issue.New(issue.MissingArgument, issue.Pos{}, "--iso")
	case c.mail && c.mediumNo != "":
		return issue.New(issue.BadArgument, issue.Pos{}, "--medium")
	}
	return nil
}

// deliverImage makes an image of a disc.
func (c *call) deliverImage(ctx context.Context, site *job.Site, id string) error {
	d, err := site.DeliverImage(ctx, id, c.iso, c.disc, c.mediumNo)
	if err != nil {
		return err
	}
	name := map[string]string{"cd": "CD-R(700MB)", "dvd": "DVD-R・DVD+R(4.7GB)", "bd": "BD-R(25GB)"}[d.Image.Disc.Name]
	english := map[string]string{"cd": "CD-R (700 MB)", "dvd": "DVD-R or DVD+R (4.7 GB)", "bd": "BD-R (25 GB)"}[d.Image.Disc.Name]
	c.Say("ディスクのイメージを作りました: %s(%d バイト、%s に入ります)", "made an image of a disc: %s (%d bytes, fits on %s)", d.Path, d.Image.Size, c.Pick(name, english))
	c.Say("  まだ交付していません。ディスクに書き込み、ドライブに入れたまま次を実行すると、読み戻して確かめ、交付を記録します:", "  nothing is delivered yet: burn it, and with the disc in its drive read it back and record it by")
	c.Say("  baitai deliver %s --to ディスクの場所", "  baitai deliver %s --to WHERE-THE-DISC-IS", d.Job)
	return c.Value(map[string]any{"job": d.Job, "office": d.Office, "image": d.Path, "bytes": d.Image.Size,
		"sha256": fmt.Sprintf("%x", d.Image.SHA256), "disc": d.Image.Disc.Name})
}

func handOverJSON(h job.HandOver) map[string]any {
	files := []map[string]any{}
	for _, f := range h.Files {
		files = append(files, map[string]any{"bytes": f.Size, "sha256": fmt.Sprintf("%x", f.SHA256)})
	}
	return map[string]any{"job": h.Job, "office": h.Office, "folder": h.Folder, "files": files}
}
