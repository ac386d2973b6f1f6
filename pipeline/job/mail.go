package job

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/crypto/passworded"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/spool"
)

// Files of a result that goes back by internal mail (庁内メール): it opens with the
// password that the office has chosen. The names are visible to everybody.
const (
	mailBook    = "result.xlsx" // with the notes as a sheet
	mailZip     = "result.zip"  // of the rows, named as on a medium, mailZipText and the error file
	mailZipText = "notes.txt"
)

// byMail is how the ledger writes, in the place of a medium, that it was a mail.
const byMail = "mail"

// A resultWriter writes the rows of a result, plain, and tells what it wrote.
type resultWriter func(io.Writer) (answer.Summary, error)

// toWhom gives the keys that the files of a result are sealed to. What goes by
// mail opens with a password; only its list of contents is sealed, to ourselves.
func (s *Site) toWhom(g authority.Grant) ([]crypto.Recipient, error) {
	if g.Way() == authority.WayMail {
		return []crypto.Recipient{s.keys.Site().Recipient()}, nil
	}
	return recipients(g.Recipients())
}

// checkWay refuses a way back that cannot be gone: by mail without a password, or
// with more rows than one file has, because what goes by mail is one file.
func (s *Site) checkWay(g authority.Grant, rows int64, at issue.Pos) error {
	if g.Way() != authority.WayMail {
		return nil
	}
	if most := s.Config.partRows(); rows > most && !g.TotalsOnly() {
		return issue.New(issue.TooManyForMail, issue.Pos{}, most, rows)
	}
	_, err := s.password(g.Office(), g.PasswordRef())
	if i := issue.Find(err); i != nil {
		i.Pos = at
	}
	return err
}

// putForMail writes the result as one file that opens with the office's password.
func (s *Site) putForMail(j *spool.Job, g authority.Grant, r *result, rows int64, notes answer.Notes, write resultWriter) error {
	p, err := s.password(g.Office(), g.PasswordRef())
	if err != nil {
		return err
	}
	inside := plainName(resultName(g))
	name, put := mailZip, s.zipInto
	if inside == mailBook {
		name, put = mailBook, s.bookInto
	}
	var plain *crypto.Digester
	err = s.spool.PutFile(j, spool.OutDir+"/"+name, func(w io.Writer) error {
		return put(w, p, inside, func(w io.Writer) error {
			plain = crypto.NewDigester(w)
			r.Summary, err = write(plain)
			return err
		}, func() []mailFile { return s.besideRows(r.Summary, notes) })
	})
	if err != nil {
		return err
	}
	return r.add(j, manifest.Content{Name: inside, Sealed: name, Rows: rows}, plain.Digest())
}

// A mailFile is a file in a zip that goes by mail.
type mailFile struct {
	name  string
	write func(io.Writer) error
}

// besideRows gives the files that go with the rows, once they are written: the notes
// and, where rows are faulty, the error file.
func (s *Site) besideRows(sum answer.Summary, notes answer.Notes) []mailFile {
	files := []mailFile{{mailZipText, func(w io.Writer) error { return notes.WriteText(w, sum) }}}
	if notes.Faults == "" || len(sum.Issues) == 0 {
		return files
	}
	return append(files,
		mailFile{plainName(errorsCSV), func(w io.Writer) error { return answer.WriteErrors(w, sum.Places, sum.Issues) }},
		mailFile{plainName(errorsXLSX), func(w io.Writer) error { return answer.WriteErrorBook(w, s.tmp.path, sum.Places, sum.Issues) }})
}

// zipInto writes an AES zip of the rows and what goes beside them.
func (s *Site) zipInto(w io.Writer, p passworded.Password, inside string, rows func(io.Writer) error, beside func() []mailFile) error {
	z, err := passworded.NewZip(w, p, s.env.Rand)
	if err != nil {
		return err
	}
	put := func(f mailFile) error {
		entry, err := z.Create(f.name)
		if err != nil {
			return err
		}
		return f.write(entry)
	}
	if err := put(mailFile{inside, rows}); err != nil {
		return err
	}
	for _, f := range beside() {
		if err := put(f); err != nil {
			return err
		}
	}
	return z.Close()
}

// bookInto writes an encrypted workbook; what goes beside the rows are sheets of it.
func (s *Site) bookInto(w io.Writer, p passworded.Password, _ string, book func(io.Writer) error, _ func() []mailFile) (err error) {
	scratch, err := os.CreateTemp(s.tmp.path, "encrypted-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.Close(), os.Remove(scratch.Name())) }()
	enc, err := passworded.NewWorkbook(w, scratch, p, s.env.Rand)
	if err != nil {
		return err
	}
	if err := book(enc); err != nil {
		return err
	}
	return enc.Close()
}

// DeliverByMail copies the result of a job that goes by mail into a folder from
// which a person sends it, as Deliver does with a medium, and enters that it is
// handed over by mail. It sends nothing itself.
func (s *Site) DeliverByMail(ctx context.Context, id, to string) (HandOver, error) {
	return s.deliver(ctx, id, to, byMail)
}

// checkHandOver holds the way on which a result is handed over against the one
// that it was made for.
func checkHandOver(names []string, medium string) error {
	mail := slices.Contains(names, mailBook) || slices.Contains(names, mailZip)
	switch {
	case mail && medium != byMail:
		return issue.New(issue.WayDiffers, issue.Pos{}, authority.WayMail)
	case !mail && medium == byMail:
		return issue.New(issue.WayDiffers, issue.Pos{}, authority.WayMedium)
	}
	return nil
}
