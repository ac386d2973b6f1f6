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
}

// runDeliver brings a result out to a medium.
func runDeliver(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	if c.to == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--to")
	}
	if c.mail && c.mediumNo != "" {
		return issue.New(issue.BadArgument, issue.Pos{}, "--medium")
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	if c.mail {
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
	return c.Value(handOverJSON(h))
}

func handOverJSON(h job.HandOver) map[string]any {
	files := []map[string]any{}
	for _, f := range h.Files {
		files = append(files, map[string]any{"bytes": f.Size, "sha256": fmt.Sprintf("%x", f.SHA256)})
	}
	return map[string]any{"job": h.Job, "office": h.Office, "folder": h.Folder, "files": files}
}
