package job

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"
	"time"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/pipeline"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
	"baitai/spool"
	"baitai/spool/ledger"
)

// Files of a job, beside those that spool names.
const (
	ownFile       = "own.jsonl.age"       // the prefecture's own copy (控え)
	ownFilePacked = "own.jsonl.zst.age"   // the same of an earlier version
	ownErrorsFile = "own-errors.csv.age"  // the error file, for the prefecture
	providedFile  = "provided.hashes.age" // keyed hashes of the 住民票コード provided
)

// Files of a result, in out/ and then in the outbox. A result that is split (分割) has
// numbers in its names; see manifest.PartName.
const (
	resultCSV   = "result.csv.zst.age"
	resultXLSX  = "result.xlsx.age"
	resultFixed = "result.txt.zst.age" // of fixed length
	resultJSONL = "result.jsonl.zst.age"
	notesFile   = "notes.txt.age"
	errorsCSV   = "errors.csv.age"
	errorsXLSX  = "errors.xlsx.age"
)

// A result is what was written for one job, with the digests of the sealed files.
type result struct {
	answer.Summary
	listed bool               // it is told where rows are faulty
	plain  []manifest.Content // plain files, for the manifest inside
	sealed []manifest.File    // sealed files, for the manifest outside
}

// errUnwritten is a fault of this program: nothing is signed that is not known.
var errUnwritten = errors.New("job: internal error: a file of the result was not written by this attempt")

// add notes a file of out/ that was written.
func (r *result) add(j *spool.Job, c manifest.Content, plain crypto.Digest) error {
	written, known := j.Written(spool.OutDir + "/" + c.Sealed)
	if !known {
		return errUnwritten
	}
	sealed := crypto.Digest(written)
	c.SHA256, c.Bytes = plain.Hex(), plain.Bytes
	r.plain = append(r.plain, c)
	r.sealed = append(r.sealed, manifest.File{Name: c.Sealed, SHA256: sealed.Hex(), Bytes: sealed.Bytes})
	return nil
}

// asked is what is to be answered: a list, or the rows of one that were reviewed.
type asked struct {
	Request authority.Request
	Totals  pipeline.Totals
	Ignored []string // columns that nobody knows
	Review  string   // the job whose rows were reviewed (要確認の審査); "" for a list
}

// faulty counts the rows that could not be asked for (80–82) or met a fault (99).
func faulty(t pipeline.Totals) int64 {
	var n int64
	for code, c := range t.ByCode {
		if verdict.Answer(code).RowFailure() {
			n += c
		}
	}
	return n
}

// writeResult writes, in one pass over the rows, the office's result and the
// prefecture's own copy, each sealed before it touches a disk, and then the
// hashes of what was provided.
func (s *Site) writeResult(ctx context.Context, j *spool.Job, g authority.Grant, list asked, hits answer.Source) (*result, error) {
	to, err := s.toWhom(g)
	if err != nil {
		return nil, err
	}
	r := &result{}
	provided := answer.Provided{Workers: s.workers()}
	notes := s.notes(j, g, list)
	notes.Faults = faultsIn(g)
	parts := s.parts(g, list.Totals.Rows)
	if len(parts) > 1 {
		notes.Part = answer.Part{Of: len(parts)}
	}
	err = s.spool.PutFile(j, ownFile, func(own io.Writer) error {
		ours, err := crypto.Seal(own, s.keys.Site().Recipient())
		if err != nil {
			return err
		}
		o := answer.Output{Grant: g, Own: ours, Notes: notes, TmpDir: s.tmp.path, PlacesMax: s.Config.Intake.Places,
			FaultSheets: g.Way() == authority.WayMail, Hash: s.providedHash(), Provided: &provided, Workers: s.workers(),
			Rows: list.Totals.Rows, Day: s.env.Now().In(jst).Format("20060102"),
			Progress: func(n int64) { s.progress("match", n, list.Totals.Rows) }}
		if g.Way() == authority.WayMail {
			err = s.putForMail(j, g, r, list.Totals.Rows, notes, func(office io.Writer) (answer.Summary, error) {
				o.To = office
				return answer.Write(ctx, hits, o)
			})
		} else {
			r.Summary, err = answer.WriteParts(ctx, hits, o, parts, func(p answer.Part, write func(io.Writer) error) error {
				return s.putPart(j, r, resultName(g), p, to, write)
			})
		}
		if err != nil {
			return err
		}
		return ours.Close()
	})
	if err != nil {
		return nil, err
	}
	err = s.spool.PutFile(j, providedFile, func(w io.Writer) error { return sealInto(w, s.keys.Site().Recipient(), provided.WriteTo) })
	if err != nil {
		return nil, err
	}
	r.listed = notes.Faults != "" && len(r.Issues) > 0
	if g.Way() == authority.WayMail {
		return r, nil // notes and faults are in the one file
	}
	if r.listed {
		if err := s.putErrors(j, r, to, r.Places, r.Issues); err != nil {
			return nil, err
		}
	}
	err = s.putSealed(j, r, notesFile, 0, to, func(w io.Writer) error { return notes.WriteText(w, r.Summary) })
	return r, err
}

// faultsIn says where an office finds what is wrong with its rows: in files beside
// the result, or in the one file that goes by mail. Nothing about rows goes with
// totals (統計).
func faultsIn(g authority.Grant) string {
	switch {
	case g.TotalsOnly():
		return ""
	case g.Way() == authority.WayMail && resultName(g) == resultXLSX:
		return "シート「不備一覧」"
	}
	return "「不備一覧」(" + plainName(errorsXLSX) + "、" + plainName(errorsCSV) + ")"
}

func resultName(g authority.Grant) string {
	if g.TotalsOnly() {
		return resultCSV
	}
	switch g.Form() {
	case authority.FormXLSX:
		return resultXLSX
	case authority.FormFixed:
		return resultFixed
	case authority.FormJSONL:
		return resultJSONL
	}
	return resultCSV
}

// parts deals the rows of a result out to files. Totals are a few lines, and what
// goes by mail is one file (see checkWay).
func (s *Site) parts(g authority.Grant, rows int64) []answer.Part {
	if g.TotalsOnly() || g.Way() == authority.WayMail {
		return answer.Split(rows, rows)
	}
	return answer.Split(rows, s.Config.partRows())
}

// putPart writes one part of the rows, or all of them where they are not split.
func (s *Site) putPart(j *spool.Job, r *result, name string, p answer.Part, to []crypto.Recipient, write func(io.Writer) error) error {
	if p.Whole() {
		return s.putSealed(j, r, name, p.Rows, to, write)
	}
	if err := s.putSealed(j, r, manifest.PartName(name, p.Number, p.Of), p.Rows, to, write); err != nil {
		return err
	}
	last := &r.plain[len(r.plain)-1]
	last.Number, last.Of = p.Number, p.Of
	return nil
}

// putSealed writes one file of the result, sealed to the office (and packed, for
// a CSV), and notes its digests, plain and sealed.
func (s *Site) putSealed(j *spool.Job, r *result, name string, rows int64, to []crypto.Recipient, write func(io.Writer) error) error {
	var plain *crypto.Digester
	err := s.spool.PutFile(j, spool.OutDir+"/"+name, func(w io.Writer) error {
		seal := crypto.Seal
		if strings.HasSuffix(name, packed+sealedSuffix) {
			seal = crypto.Pack
		}
		sealer, err := seal(w, to...)
		if err != nil {
			return err
		}
		plain = crypto.NewDigester(sealer)
		if err := write(plain); err != nil {
			return err
		}
		return sealer.Close()
	})
	if err != nil {
		return err
	}
	return r.add(j, manifest.Content{Name: plainName(name), Sealed: name, Rows: rows}, plain.Digest())
}

func sealInto(w io.Writer, to crypto.Recipient, write func(io.Writer) (int64, error)) error {
	sealed, err := crypto.Seal(w, to)
	if err != nil {
		return err
	}
	if _, err := write(sealed); err != nil {
		return err
	}
	return sealed.Close()
}

// providedHash is what is kept of a 住民票コード for the disclosure of provisions:
// keyed, because eleven digits can be tried out.
func (s *Site) providedHash() func(person.ResidentCode) [answer.HashSize]byte {
	d := s.keys.MAC().In("baitai provided v0")
	return func(c person.ResidentCode) [answer.HashSize]byte { return d.Sum([]byte(c.Reveal())) }
}

func (s *Site) notes(j *spool.Job, g authority.Grant, list asked) answer.Notes {
	layout, _ := g.Layout()
	return answer.Notes{
		Layout: layout.Code, Job: j.ID, Number: list.Request.Number, Office: g.Office() + " " + g.OfficeName(),
		Purpose: g.Purpose() + " " + g.PurposeName(), Basis: g.Basis().String() + " " + g.Clause(),
		Generation: s.identity.Generation(), Ignored: list.Ignored, Review: list.Review,
		Received: j.Claimed.In(jst).Format(time.RFC3339), Answered: s.env.Now().In(jst).Format(time.RFC3339),
	}
}

// publishResult signs what was written, enters it as matched and sealed, and
// publishes it.
func (s *Site) publishResult(j *spool.Job, g authority.Grant, req authority.Request, r *result, out Outcome) (Outcome, error) {
	counts := r.Grades.Counts() // how each particular compared, for the report
	maps.Copy(counts, r.Totals.ByCode)
	counts["rows"] = r.Totals.Rows
	codes := make(map[string]int64)
	for code, n := range r.Issues {
		codes[string(code)] = n
	}
	generation := s.identity.Generation()
	if err := s.enter(j, ledger.Matched, ledger.Entry{Counts: counts, Codes: codes, Generation: generation}); err != nil {
		return out, err
	}
	to, err := s.toWhom(g)
	if err != nil {
		return out, err
	}
	err = s.signResult(j, to, manifest.Manifest{Kind: manifest.Result, Request: s.requestHash(j, req.Number), Purpose: g.Purpose(),
		Answers: r.Totals.ByCode, Generation: generation}, r)
	if err != nil {
		return out, err
	}
	digests, err := s.sealedDigests(j, ownFile, providedFile)
	if err != nil {
		return out, err
	}
	signed, err := s.manifestDigest(j)
	if err != nil {
		return out, err
	}
	maps.Copy(digests, signed)
	if err := s.enter(j, ledger.Sealed, ledger.Entry{Digests: digests, Generation: generation}); err != nil {
		return out, err
	}
	out.State = spool.Outbox
	return out, s.publish(j)
}

// signResult writes the manifest inside (sealed, with the plain digests) and the
// one outside (signed, with the sealed digests).
func (s *Site) signResult(j *spool.Job, to []crypto.Recipient, m manifest.Manifest, r *result) error {
	m.Site, m.Job, m.Office, m.OfficeKeys = s.Config.Origin, j.ID, j.Office, fingerprints(to)
	m.Created, m.Part, m.Parts = s.env.Now().In(jst), 1, 1
	m.Ledger = manifest.Ledger{Origin: s.ledger.Origin(), Index: s.history.jobs[j.ID].received}
	contents := manifest.Contents{Site: m.Site, Job: m.Job, Office: m.Office, Created: m.Created, Part: 1, Parts: 1, Files: r.plain}
	inside, err := contents.Encode()
	if err != nil {
		return err
	}
	err = s.putSealed(j, r, manifest.ContentsName, 0, to, func(w io.Writer) error { _, err := w.Write(inside); return err })
	if err != nil {
		return err
	}
	m.Files = r.sealed
	outside, err := m.Encode()
	if err != nil {
		return err
	}
	sig, err := manifest.Sign(outside, s.keys.Signing())
	if err != nil {
		return err
	}
	if err := s.putOut(j, manifest.Name, outside); err != nil {
		return err
	}
	return s.putOut(j, manifest.SignatureName, sig)
}

func (s *Site) putOut(j *spool.Job, name string, raw []byte) error {
	return s.spool.PutFile(j, spool.OutDir+"/"+name, func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(raw))
		return err
	})
}

func fingerprints(to []crypto.Recipient) []string {
	var list []string
	for _, r := range to {
		list = append(list, r.Fingerprint())
	}
	return list
}

// requestHash stands for the 依頼番号 in the manifest; a list without one gets the
// hash of its job, so that no result is without.
func (s *Site) requestHash(j *spool.Job, number string) string {
	if number == "" {
		return s.numberHash(j.Office, "job:"+j.ID)
	}
	return s.numberHash(j.Office, number)
}

// What the names of sealed files end in.
const (
	packed       = ".zst"
	sealedSuffix = ".age"
)

// plainName is the name of a file once it is opened.
func plainName(sealed string) string {
	return strings.TrimSuffix(strings.TrimSuffix(sealed, sealedSuffix), packed)
}

// publish brings the sealed result into the outbox with its proof from the
// ledger, and ends the job. Recovery calls it too: every part may be done already.
func (s *Site) publish(j *spool.Job) error {
	c := s.history.jobs[j.ID]
	if err := s.addProof(j, c.sealed, ledger.Sealed); err != nil {
		return err
	}
	if err := s.spool.Publish(j); err != nil {
		return err
	}
	if err := s.enter(j, ledger.Published, ledger.Entry{Counts: map[string]int64{"entry": c.sealed}}); err != nil {
		return err
	}
	s.env.Log.Info("published", "job", j.ID, "office", j.Office, "entry", strconv.FormatInt(c.sealed, 10))
	return s.spool.Move(j, spool.Done)
}
