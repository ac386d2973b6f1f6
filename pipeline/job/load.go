package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"baitai/crypto"
	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/sheet"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// Load reads extracts into a new generation of the identity file
// (附票本人確認情報ファイルの取込). Unless acceptGood is set, nothing is loaded when any
// row is faulty; which rows are is in the result, also of an error.
//
// A file that loses more than a tenth of its people is not loaded either, unless
// fewer is set: one extract too few, and every list of the night is answered
// «nobody».
func (s *Site) Load(ctx context.Context, paths []string, acceptGood, fewer bool) (identity.Loaded, error) {
	before, err := s.beginLoad()
	if err != nil {
		return identity.Loaded{}, err
	}
	x := &extracts{site: s, paths: paths}
	o := s.loadOptions(x)
	if o.AcceptGood = acceptGood; !fewer {
		o.PeopleLeast = before - before/10
	}
	loaded, err := identity.Build(ctx, o, x.rows(ctx))
	return s.endLoad(loaded, before, paths, err)
}

// Update reads extracts of what changed (差分抽出) onto the identity file. Unless
// acceptGood is set, nothing is taken over when any row is faulty or contradicts the
// file. With it, whoever has such a row stays as they are, and all others are changed:
// one municipality's mistake does not keep the notices of all back. Which rows were held
// back is in the result, and how many in the ledger.
func (s *Site) Update(ctx context.Context, paths []string, acceptGood bool) (identity.Loaded, error) {
	before, err := s.beginLoad()
	if err != nil {
		return identity.Loaded{}, err
	}
	x := &extracts{site: s, paths: paths}
	o := s.loadOptions(x)
	o.AcceptGood = acceptGood
	loaded, err := identity.Update(ctx, o, s.keys.Site(), x.rows(ctx))
	return s.endLoad(loaded, before, paths, err)
}

// beginLoad asks whether the operator may, lets go of the file that is open, and
// says how many people there are.
func (s *Site) beginLoad() (people int64, err error) {
	if _, err := s.may(authority.ActLoad); err != nil {
		return 0, err
	}
	if s.identity != nil { // readers keep their generation; this process takes the new one next time
		if err := s.identity.Close(); err != nil {
			return 0, siteIssue(err)
		}
		s.identity = nil
	}
	if _, err := identity.Sweep(s.disk, s.path(identityDir), s.history.entered); err != nil {
		return 0, siteIssue(err)
	}
	return s.peopleNow(), nil
}

func (s *Site) loadOptions(x *extracts) identity.Options {
	return identity.Options{
		Disk: s.disk, Dir: s.path(identityDir), Recipients: []crypto.Recipient{s.keys.Site().Recipient()},
		Now: s.env.Now, Sources: func() []identity.Source { return x.sources }, Checkpoint: string(s.ledger.Checkpoint()),
		Workers: s.workers(), Tables: s.tables,
	}
}

// endLoad enters what became of a load or an update.
func (s *Site) endLoad(loaded identity.Loaded, before int64, paths []string, err error) (identity.Loaded, error) {
	entry := ledger.Entry{Act: ledger.IdentityLoaded, Result: ledger.OK, Operator: s.operatorID(), Host: s.host, Function: ledger.Update}
	entry.Counts = map[string]int64{"rows": loaded.Rows, "faults": loaded.Faults, "files": int64(len(paths))}
	entry.Codes = countCodes(loaded.Issues)
	if err != nil {
		entry.Result = ledger.ResultFailed
		if isRefusedLoad(err) {
			entry.Result = ledger.ResultRefused
		}
		return loaded, errors.Join(loadIssue(err, loaded, before), siteIssue(s.append(entry)))
	}
	entry.Generation = loaded.Digest
	entry.Counts["people"], entry.Counts["versions"] = loaded.Summary.People, loaded.Summary.Versions
	entry.Counts["left-out-rows"], entry.Counts["left-out-people"] = loaded.Summary.LeftOutRows, loaded.Summary.LeftOutPeople
	if loaded.HeldBackRows > 0 {
		entry.Counts["held-back-rows"], entry.Counts["held-back-people"] = loaded.HeldBackRows, loaded.HeldBackPeople
	}
	s.env.Log.Info("identity loaded", "generation", loaded.Digest, "people", loaded.Summary.People, "faults", loaded.Faults)
	if err := s.append(entry); err != nil { // the next start enters it (recoverLoad)
		return loaded, siteIssue(err)
	}
	return loaded, siteIssue(s.removeOld())
}

// peopleNow is how many people the identity file has; 0 where there is none that
// can be read. Where the name of the current generation was lost, it is the one that
// was entered last: a load that heals that must not lose people unnoticed either.
func (s *Site) peopleNow() int64 {
	f, err := identity.Open(s.path(identityDir), s.keys.Site(), s.tables)
	if err != nil && s.history.loaded != "" {
		f, err = identity.OpenGeneration(s.path(identityDir), s.history.loaded, s.keys.Site(), s.tables)
	}
	if err != nil {
		return 0
	}
	defer f.Close()
	return f.Summary().People
}

func isRefusedLoad(err error) bool {
	var fewer *identity.FewerError
	return errors.As(err, &fewer) || errors.Is(err, identity.ErrBadRows) || errors.Is(err, identity.ErrNobody) || issue.Find(err) != nil
}

// loadIssue says why nothing was loaded.
func loadIssue(err error, loaded identity.Loaded, before int64) error {
	var fewer *identity.FewerError
	switch {
	case errors.As(err, &fewer):
		return issue.New(issue.FarFewerPeople, issue.Pos{}, before, fewer.People).Because(err)
	case errors.Is(err, identity.ErrBadRows):
		return issue.New(issue.NothingLoaded, issue.Pos{}, loaded.Faults).Because(err)
	case errors.Is(err, identity.ErrNobody):
		return issue.New(issue.HeaderOnly, issue.Pos{}).Because(err)
	}
	return siteIssue(err)
}

func countCodes(list issue.List) map[string]int64 {
	codes := make(map[string]int64)
	for _, i := range list {
		codes[string(i.Code)]++
	}
	return codes
}

// extracts reads the files one after the other.
type extracts struct {
	site    *Site
	paths   []string
	sources []identity.Source
	read    int64
}

func (x *extracts) rows(ctx context.Context) iter.Seq2[identity.Extracted, error] {
	return func(yield func(identity.Extracted, error) bool) {
		for _, path := range x.paths {
			if !x.file(ctx, path, yield) {
				return
			}
		}
	}
}

func (x *extracts) file(ctx context.Context, path string, yield func(identity.Extracted, error) bool) bool {
	name := filepath.Base(path)
	fail := func(err error) bool {
		if i := intake.ReaderIssue(err, extractLimits(), issue.Pos{File: name}); i != nil {
			err = i
		}
		yield(identity.Extracted{}, err)
		return false
	}
	f, err := spool.OpenRegular(path)
	if err != nil {
		if i := fileIssue(err, name); i != nil {
			err = i
		}
		return fail(err)
	}
	defer f.Close()
	digest, records, done, err := x.open(f)
	if err != nil {
		return fail(err)
	}
	defer done()
	var rows int64
	for row, err := range identity.ReadExtract(ctx, records, name, x.site.workers()) {
		if err != nil {
			return fail(err)
		}
		rows++
		if x.read++; x.read%100_000 == 0 {
			x.site.progress("load", x.read, 0)
		}
		if !yield(row, nil) {
			return false
		}
	}
	x.sources = append(x.sources, identity.Source{SHA256: digest, Rows: rows})
	return true
}

// extractRowsMax bounds an extract (records, its header included): twenty million people,
// whom no prefecture has, with all versions are a quarter of it. What a site sets for
// lists is not meant for the prefecture's own file.
const extractRowsMax = 100_000_000

func extractLimits() formats.Limits {
	l := formats.DefaultLimits()
	l.RowsMax = extractRowsMax
	return l
}

// open settles what an extract is: CSV in UTF-8, with or without BOM, or a
// workbook of one sheet.
func (x *extracts) open(f *os.File) (digest string, records formats.Records, done func(), err error) {
	info, err := f.Stat()
	if err != nil {
		return "", nil, nil, err
	}
	kind, err := formats.DetectAt(f, info.Size())
	if err != nil {
		return "", nil, nil, err
	}
	h := sha256.New()
	var probe charset.Probe
	if _, err := io.Copy(io.MultiWriter(h, &probe), io.NewSectionReader(f, 0, info.Size())); err != nil {
		return "", nil, nil, err
	}
	digest = hex.EncodeToString(h.Sum(nil))
	limits := extractLimits()
	switch kind {
	case formats.Text:
		c, err := probe.Decide(charset.UTF8)
		if err != nil {
			return "", nil, nil, err
		}
		text := charset.NewReader(io.NewSectionReader(f, 0, info.Size()), c)
		return digest, csvlist.Read(text, csvlist.Options{Comma: ',', Limits: limits}), func() {}, nil
	case formats.XLSX:
		book, err := sheet.OpenAt(f, info.Size(), sheet.Options{Limits: limits})
		if err != nil {
			return "", nil, nil, err
		}
		if len(book.Sheets()) != 1 {
			book.Close()
			return "", nil, nil, issue.New(issue.SeveralSheets, issue.Pos{})
		}
		return digest, book.Rows(book.Sheets()[0].Name), func() { book.Close() }, nil
	}
	return "", nil, nil, formats.ErrNotSupported{Kind: kind}
}
