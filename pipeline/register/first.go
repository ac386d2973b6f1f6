package register

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"time"

	"encoding/csv"

	"github.com/gocarina/gocsv"

	"baitai/spool"
)

// firstRights are those of the operator who makes a site: all but that of the
// second person (承認) and 支援措置, which somebody has to give on purpose.
const firstRights = "照会、審査、管理、監査、閲覧"

// AddFirstOperator adds the login of whoever makes the site to operators.csv, so
// that somebody can begin to work; 有効終了日 is the end of the next fiscal year.
func AddFirstOperator(disk *spool.Disk, dir, login string, now time.Time) error {
	old, err := os.ReadFile(filepath.Join(dir, operatorsFile))
	if err != nil {
		return err
	}
	day := now.In(time.FixedZone("JST", 9*3600))
	year := day.Year() + 1
	if day.Month() > time.March {
		year++
	}
	b := bytes.NewBuffer(old)
	w := csv.NewWriter(b)
	w.UseCRLF = true
	row := []operatorRow{{ID: "op-1", Login: login, Unit: "", Rights: firstRights, From: day.Format(time.DateOnly),
		Until: time.Date(year, time.March, 31, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)}}
	row[0].Unit = "所属を記入"
	if err := gocsv.MarshalCSVWithoutHeaders(row, w); err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return disk.Replace(dir, operatorsFile, 0o600, func(out io.Writer) error {
		_, err := out.Write(b.Bytes())
		return err
	})
}
