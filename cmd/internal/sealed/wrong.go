package sealed

import (
	"errors"
	"io/fs"
	"slices"
	"syscall"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/issue"
)

// signatureIssue says why the manifest of a result is not believed.
func signatureIssue(err error) error {
	if err == nil || issue.Find(err) != nil {
		return err
	}
	var field *manifest.FieldError
	var path *fs.PathError
	none := issue.Pos{}
	if file, ok := errors.AsType[*manifest.FileError](err); ok && errors.Is(err, manifest.ErrMissing) {
		return issue.New(issue.FileMissing, none, file.Name).Because(err)
	}
	switch {
	case errors.Is(err, sshsig.ErrUnknownSigner):
		return issue.New(issue.SignerUnknown, none).Because(err)
	case errors.Is(err, sshsig.ErrExpired):
		return issue.New(issue.SignerExpired, none).Because(err)
	case errors.Is(err, sshsig.ErrNotYetValid):
		return issue.New(issue.SignerNotYet, none).Because(err)
	case errors.Is(err, sshsig.ErrNamespace):
		return issue.New(issue.SignedForOther, none).Because(err)
	case errors.Is(err, sshsig.ErrSignature), errors.Is(err, sshsig.ErrMalformed), errors.Is(err, sshsig.ErrAlgorithm):
		return issue.New(issue.SignatureBad, none).Because(err)
	case errors.Is(err, manifest.ErrNotManifest), errors.Is(err, manifest.ErrSpelling), errors.Is(err, manifest.ErrTooLarge), errors.As(err, &field):
		return issue.New(issue.NotAResult, none).Because(err)
	case errors.As(err, &path):
		return issue.New(issue.CannotRead, none).Because(err)
	}
	return err
}

// A stray is a file of the folder that is not as the manifest has it.
type stray struct {
	digest crypto.Digest
	used   bool // found out to be a renamed file
}

// folderIssues says what is wrong with the files of a result whose manifest is
// believed. Names that do not come from the manifest are never shown: they could
// be anything.
func folderIssues(fsys fs.FS, m *manifest.Manifest, key *crypto.Identity) error {
	err := m.CheckFolder(fsys)
	if err == nil {
		return nil
	}
	missing, differing, surplus, other := sortFaults(err)
	if len(missing)+len(differing)+len(surplus)+len(other) == 0 {
		return issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	}
	strays := map[string]*stray{}
	for _, name := range append(slices.Clone(surplus), differing...) {
		if d, err := digestOf(fsys, name); err == nil {
			strays[name] = &stray{digest: d}
		}
	}
	var list issue.List
	for _, name := range missing {
		list = append(list, missingIssue(m, name, surplus, strays).Because(err))
	}
	for _, name := range differing {
		list = append(list, differingIssue(m, name, strays, func() stranger { return look(fsys, m, name, key) }).Because(err))
	}
	extra := 0
	for _, name := range surplus {
		if s := strays[name]; s == nil || !s.used {
			extra++
		}
	}
	if extra > 0 {
		list = append(list, issue.New(issue.FileSurplus, issue.Pos{}, extra).Because(err))
	}
	for _, name := range other {
		list = append(list, issue.New(issue.CannotRead, issue.Pos{File: name}).Because(err))
	}
	return list.Err()
}

// sortFaults takes the joined errors of CheckFolder apart, by the names of the
// files.
func sortFaults(err error) (missing, differing, surplus, other []string) {
	for _, e := range leaves(err) {
		file, ok := errors.AsType[*manifest.FileError](e)
		if !ok {
			continue
		}
		switch {
		case errors.Is(e, manifest.ErrMissing):
			missing = append(missing, file.Name)
		case errors.Is(e, manifest.ErrNotListed):
			surplus = append(surplus, file.Name)
		case errors.Is(e, manifest.ErrSize), errors.Is(e, manifest.ErrDigest):
			differing = append(differing, file.Name)
		default:
			other = append(other, file.Name)
		}
	}
	return missing, differing, surplus, other
}

func leaves(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// missingIssue tells a file that was renamed from one that is gone.
func missingIssue(m *manifest.Manifest, name string, surplus []string, strays map[string]*stray) *issue.Issue {
	want, _ := listed(m, name)
	for _, there := range surplus {
		if s := strays[there]; s != nil && !s.used && s.digest.Hex() == want.SHA256 {
			s.used = true
			return issue.New(issue.FileRenamed, issue.Pos{}, name)
		}
	}
	if no := manifest.PartNumber(name); no > 0 {
		return issue.New(issue.PartMissing, issue.Pos{}, name, no, m.Split())
	}
	return issue.New(issue.FileMissing, issue.Pos{}, name)
}

// differingIssue tells a file that was put in another's place from one that is
// cut short, from one that was changed, and with the key from one that somebody else
// has sealed; and of the parts of a split result, one that is there twice.
func differingIssue(m *manifest.Manifest, name string, strays map[string]*stray, look func() stranger) *issue.Issue {
	s := strays[name]
	want, ok := listed(m, name)
	if s == nil || !ok {
		return issue.New(issue.ManifestDiffers, issue.Pos{}, name)
	}
	part := manifest.PartNumber(name) > 0
	for _, f := range m.Files {
		if f.SHA256 == s.digest.Hex() {
			if part && strays[f.Name] == nil { // the other one is in its own place, too
				return issue.New(issue.PartDoubled, issue.Pos{}, name, f.Name)
			}
			return issue.New(issue.FileSwapped, issue.Pos{}, name, f.Name)
		}
	}
	switch who := look(); {
	case who == resealed:
		return issue.New(issue.FileResealed, issue.Pos{}, name)
	case part: // of another result is as likely shorter as longer
		return issue.New(issue.PartForeign, issue.Pos{}, name)
	case who == foreign:
		return issue.New(issue.FileForeign, issue.Pos{}, name)
	}
	if s.digest.Bytes < want.Bytes {
		return issue.New(issue.FileCut, issue.Pos{}, name, want.Bytes-s.digest.Bytes)
	}
	return issue.New(issue.ManifestDiffers, issue.Pos{}, name)
}

func listed(m *manifest.Manifest, name string) (manifest.File, bool) {
	i := slices.IndexFunc(m.Files, func(f manifest.File) bool { return f.Name == name })
	if i < 0 {
		return manifest.File{}, false
	}
	return m.Files[i], true
}

// digestOf reads a regular file; anything else could block or never end.
func digestOf(fsys fs.FS, name string) (crypto.Digest, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return crypto.Digest{}, err
	}
	if !info.Mode().IsRegular() {
		return crypto.Digest{}, fs.ErrInvalid
	}
	f, err := fsys.Open(name)
	if err != nil {
		return crypto.Digest{}, err
	}
	defer f.Close()
	return crypto.DigestOf(f)
}

// openIssue says why a result that is what its manifest says could not be opened.
func openIssue(err error, m *manifest.Manifest) error {
	if err == nil || issue.Find(err) != nil {
		return err
	}
	name, inside := "?", false
	if file, ok := errors.AsType[*manifest.FileError](err); ok {
		_, sealed := listed(m, file.Name)
		name, inside = file.Name, !sealed
	}
	var path *fs.PathError
	var errno syscall.Errno // package crypto leaves paths out
	var field *manifest.FieldError
	var part *manifest.PartError
	none := issue.Pos{}
	switch {
	case errors.As(err, &part):
		return issue.New(issue.PartsDiffer, none, part.Number, part.Of).Because(err)
	case errors.Is(err, manifest.ErrRows):
		return issue.New(issue.PartRowsDiffer, none).Because(err)
	case errors.Is(err, crypto.ErrNoMatch):
		return issue.New(issue.NotSealedForYou, none).Because(err)
	case errors.Is(err, crypto.ErrExists), errors.Is(err, fs.ErrExist):
		return issue.New(issue.TargetExists, none).Because(err)
	case inside && (errors.Is(err, manifest.ErrSize) || errors.Is(err, manifest.ErrDigest)), errors.Is(err, crypto.ErrTooLarge):
		return issue.New(issue.PlainDiffers, none, name).Because(err)
	case errors.Is(err, manifest.ErrContents), errors.Is(err, manifest.ErrNotManifest), errors.Is(err, manifest.ErrSpelling), errors.As(err, &field):
		return issue.New(issue.ContentsDiffer, none).Because(err)
	case errors.Is(err, manifest.ErrMissing):
		return issue.New(issue.FileMissing, none, name).Because(err)
	case errors.Is(err, manifest.ErrSize), errors.Is(err, manifest.ErrDigest), errors.Is(err, manifest.ErrNotListed):
		return issue.New(issue.ManifestDiffers, none, name).Because(err) // changed since it was verified
	case errors.Is(err, crypto.ErrDamaged):
		return issue.New(issue.SealDamaged, none).Because(err)
	case errors.Is(err, syscall.ENOSPC):
		return issue.New(issue.DiskFull, none).Because(err)
	case errors.Is(err, syscall.EIO):
		return issue.New(issue.CannotRead, none).Because(err)
	case errors.As(err, &path), errors.As(err, &errno):
		return issue.New(issue.CannotWrite, none).Because(err)
	}
	return err
}
