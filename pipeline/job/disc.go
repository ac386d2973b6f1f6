package job

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
	"baitai/spool/medium"
)

// A DiscImage is an image of a disc with a result (CD-R, DVD-R, BD-R).
type DiscImage struct {
	Job    string
	Office string
	Path   string
	Image  medium.Burnable
}

// DeliverImage makes an image of a disc that holds the result of a job, as the folder
// that Deliver would make on a medium. It hands nothing over yet: when the disc was
// written, Deliver to the place where it is mounted reads it back, compares and enters
// it. The digest of the image is entered before the image has its name: so nobody can
// burn another one in its place and say that it was this. disc is the kind of disc (cd, dvd, bd); "" takes the smallest that holds it.
func (s *Site) DeliverImage(ctx context.Context, id, path, disc, mediumNo string) (DiscImage, error) {
	if err := s.checkMedium(mediumNo); err != nil {
		return DiscImage{}, err
	}
	discs := medium.DiscKinds()
	if disc != "" {
		discs = slices.DeleteFunc(discs, func(d medium.DiscKind) bool { return d.Name != disc })
	}
	if len(discs) == 0 {
		return DiscImage{}, issue.New(issue.BadArgument, issue.Pos{}, "--disc")
	}
	if !strings.EqualFold(filepath.Ext(path), ".iso") {
		return DiscImage{}, issue.New(issue.BadArgument, issue.Pos{}, "--iso")
	}
	r, err := s.outgoing(id, ledgerMedium(mediumNo))
	if err != nil {
		return DiscImage{}, err
	}
	if err := checkTarget(filepath.Dir(path)); err != nil {
		return DiscImage{}, err
	}
	if _, err := os.Lstat(path); err == nil {
		return DiscImage{}, issue.New(issue.TargetExists, issue.Pos{}) // before anything is entered
	}
	if err := s.genuine(r); err != nil {
		return DiscImage{}, err
	}
	var entering error
	image, err := medium.Image(ctx, s.disk, r.dir, r.names, r.job.ID, path, discs, s.env.Now(), func(sum [32]byte) error {
		r.entry.Digests = map[string]string{ledger.ImageDigest: hex.EncodeToString(sum[:])}
		entering = s.append(r.entry)
		return entering
	})
	if entering != nil {
		return DiscImage{}, siteIssue(entering)
	}
	if err != nil {
		return DiscImage{}, mediumIssue(err)
	}
	s.env.Log.Info("image made", "job", r.job.ID, "office", r.job.Office, "bytes", image.Size)
	return DiscImage{Job: r.job.ID, Office: r.job.Office, Path: path, Image: image}, nil
}
