package sealed

import (
	"os"
	"path/filepath"
	"testing"

	"baitai/crypto/manifest"
	"baitai/pipeline/issue"
)

func TestARepetitionIsToldByTheNumberBehindTheID(t *testing.T) {
	const list = "ch5m-pvuf-fsct-oetk"
	for job, want := range map[string]int{list: 1, list + "-2": 2, list + "-10": 10, list + "-": 0, list + "-x": 0, "x" + list: 0, list + "-1234567": 0,
		"ch5m-pvuf-fsct": 0, "ch1m-pvuf-fsct-oetk": 0, "": 0, "kekka": 0} {
		got, no := repetition(job)
		if no != want || (got == list) != (want > 0) {
			t.Errorf("%q: %q, %d", job, got, no)
		}
	}
}

func TestAnotherJobsResultIsToldFromAnEarlierOne(t *testing.T) {
	const first, second, other = "ch5m-pvuf-fsct-oetk", "ch5m-pvuf-fsct-oetk-2", "aaaa-bbbb-cccc-dddd"
	for _, c := range []struct {
		of, asked, folder string
		want              issue.Code
	}{
		{first, "", "kekka", ""}, {first, "", first, ""}, {first, first, first, ""}, {second, second, "kekka", ""},
		{first, "", second, issue.EarlierResult}, {first, second, "kekka", issue.EarlierResult}, {first, first, second, issue.EarlierResult},
		{second, "", first, issue.OtherJob}, {second, first, "kekka", issue.OtherJob},
		{other, "", first, issue.OtherJob}, {first, other, first, issue.OtherJob}, {first, "job-0001", first, issue.OtherJob},
	} {
		folder := filepath.Join(t.TempDir(), c.folder)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		var got issue.Code
		if i := issue.Find(Checker{Job: c.asked}.checkJob(&manifest.Manifest{Job: c.of}, folder)); i != nil {
			got = i.Code
		}
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
