package job_test

import (
	"os"
	"testing"

	"baitai/spool"
)

// writeHeaders lays a table of headers (見出しの表) into the register.
func (p *place) writeHeaders(t testing.TB, rows string) {
	t.Helper()
	must(t, os.WriteFile(p.path("site", "register", "headers.csv"), []byte("\ufeff照会元コード,見出し,意味,備考\r\n"+rows), 0o600))
}

// Another table of headers makes another question of the same list: who approved it
// before approved something else (二人承認).
func TestHeadersThatChangedWhileHeldNeedApprovalAnew(t *testing.T) {
	p, id := held(t)
	p.approve(t, id)
	p.writeHeaders(t, paired+",別の見出し,氏名,\r\n")
	if out := outcome(t, p.run(t)); out.State != spool.Held {
		t.Fatalf("under another table it was %s", out.State)
	}
	p.approve(t, id)
	p.writeHeaders(t, paired+",別の見出し,氏名,\r\n"+plain+",よその見出し,住所,\r\n") // another office's
	if out := outcome(t, p.run(t)); out.State != spool.Outbox || out.Totals.Rows != 12 {
		t.Errorf("%s, %d rows", out.State, out.Totals.Rows)
	}
	p.checkCustody(t)
}
