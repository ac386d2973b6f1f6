package ledger

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"
)

// told is a row of entries, written as "job attempt act" with commas between.
func told(t *testing.T, text string) iter.Seq2[Stored, error] {
	t.Helper()
	at := testClock()
	return func(yield func(Stored, error) bool) {
		for i, line := range strings.Split(text, ", ") {
			var e Entry
			if _, err := fmt.Sscan(line, &e.Job, &e.Attempt, &e.Act); err != nil {
				t.Errorf("%q: %v", line, err)
			}
			if e.Job == "-" {
				e.Job = ""
			}
			e.Time = at()
			if !yield(Stored{Index: int64(i), Entry: e}, nil) {
				return
			}
		}
	}
}

func TestCustodyRules(t *testing.T) {
	for text, want := range map[string]string{
		"a 1 received, a 1 opened, a 1 granted, a 1 matched, a 1 sealed, a 1 published, a 1 delivered, a 1 receipt-confirmed": "1 closed",
		"a 1 received, a 1 refused":                                                "1 closed",
		"a 1 received, a 1 failed":                                                 "1 closed",
		"a 1 received, a 1 opened":                                                 "0 closed, open a 1 opened",
		"b 1 received, a 1 received, a 1 interrupted":                              "0 closed, open b 1 received, open a 1 interrupted",
		"a 1 received, a 1 interrupted, a 2 opened, a 2 published":                 "1 closed",
		"a 1 received, a 1 failed, a 2 received, a 2 published":                    "1 closed",
		"a 1 received, a 1 opened, a 1 opened, a 1 published":                      "1 closed, doubled at 2",
		"a 1 received, a 1 published, a 1 published":                               "1 closed, after-final at 2",
		"a 1 received, a 1 refused, a 2 published":                                 "1 closed, after-final at 2",
		"a 1 received, a 1 failed, a 1 published":                                  "1 closed, closed-twice at 2",
		"a 1 received, a 2 opened, a 2 published":                                  "1 closed, not-closed at 1",
		"a 1 received, a 1 interrupted, a 2 opened, a 1 matched, a 2 published":    "1 closed, wrong-attempt at 3",
		"a 0 received, a 1 published":                                              "1 closed, wrong-attempt at 0, not-received at 1",
		"a 1 opened, a 1 published":                                                "1 closed, not-received at 0",
		"a 1 received, a 1 delivered, a 1 published, a 1 delivered, a 1 delivered": "1 closed, not-published at 1",
		"- 0 received": "0 closed, no-job at 0",
		"a 1 received, a 1 published, a 1 receipt-confirmed":                             "1 closed, not-delivered at 2",
		"a 1 received, a 1 refused, a 1 delivered, a 1 receipt-confirmed":                "1 closed",
		"- 0 initialized, - 0 identity-loaded, - 0 erased, - 0 photographed":             "0 closed",
		"a 1 received, b 1 received, a 1 published, b 1 refused, a 1 opened-by-operator": "2 closed",
	} {
		c := must[Custody](t)(CheckCustody(told(t, text)))
		got := []string{fmt.Sprintf("%d closed", c.Closed)}
		for _, o := range c.Open {
			got = append(got, fmt.Sprintf("open %s %d %s", o.Job, o.Attempt, o.Act))
		}
		for _, f := range c.Findings {
			got = append(got, fmt.Sprintf("%s at %d", f.Rule, f.Index))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s:\n got %s\nwant %s", text, s, want)
		}
	}
}

func TestAClockThatGoesBackIsReported(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, jst())
	entry := func(i int64, at time.Time) Stored { return Stored{Index: i, Entry: Entry{Act: Initialized, Time: at}} }
	c := must[Custody](t)(CheckCustody(func(yield func(Stored, error) bool) {
		_ = yield(entry(0, now), nil) && yield(entry(1, now.Add(-30*time.Second)), nil) && yield(entry(2, now.Add(-time.Hour)), nil)
	}))
	if len(c.Findings) != 1 || c.Findings[0].Rule != TimeBack || c.Findings[0].Index != 2 {
		t.Errorf("%+v", c.Findings)
	}
}

func TestDetailsAreStandingOrErased(t *testing.T) {
	text := func(n int) string { return strings.Repeat(fmt.Sprintf("%02x", n), 32) }
	entries := []Entry{
		{Act: Received, Detail: text(1)}, {Act: Opened}, {Act: Matched, Detail: text(2)}, {Act: Sealed, Detail: text(3)},
		{Act: Erased, About: []int64{0, 1, 9}, Detail: text(4)}, {Act: Delivered, About: []int64{2}},
	}
	standing, erased, err := Details(func(yield func(Stored, error) bool) {
		for i, e := range entries {
			if !yield(Stored{Index: int64(i), Entry: e}, nil) {
				return
			}
		}
	})
	ok(t, err)
	if !slices.Equal(standing, []string{text(2), text(3), text(4)}) || !slices.Equal(erased, []string{text(1)}) {
		t.Errorf("standing %v, erased %v", standing, erased)
	}
}
