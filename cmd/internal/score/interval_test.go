package score

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Values from tables of Clopper–Pearson intervals, and the two closed forms.
func TestClopperPearsonGivesKnownIntervals(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{
		{0, 0, 0, 1}, {0, 1, 0, 0.975}, {1, 1, 0.025, 1}, {0, 10, 0, 0.30850}, {5, 10, 0.18709, 0.81291},
		{10, 100, 0.04900, 0.17622}, {99, 100, 0.94554, 0.99975}, {1, 1000, 0.0000253, 0.0055589},
		{0, 300_000, 0, 1 - math.Pow(0.025, 1.0/300_000)}, {300_000, 300_000, math.Pow(0.025, 1.0/300_000), 1},
	} {
		got := ClopperPearson(c.k, c.n)
		if math.Abs(got.Low-c.low) > 5e-6 || math.Abs(got.High-c.high) > 5e-6 {
			t.Errorf("%d of %d: %v, want %v to %v", c.k, c.n, got, c.low, c.high)
		}
	}
}

// At the bounds the tails of the binomial distribution, summed term by term, are
// what is left of the confidence.
func TestTheTailsAtTheBoundsAreWhatTheConfidenceLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		i := ClopperPearson(k, n)
		if k > 0 {
			if p := tail(k, n, n, i.Low); math.Abs(p-0.025) > 1e-9 {
				t.Fatalf("%d of %d: P(X ≥ k) at the lower bound is %v", k, n, p)
			}
		}
		if k < n {
			if p := tail(0, k, n, i.High); math.Abs(p-0.025) > 1e-9 {
				t.Fatalf("%d of %d: P(X ≤ k) at the upper bound is %v", k, n, p)
			}
		}
	})
}

// tail is the probability of from to to successes of n.
func tail(from, to, n int, p float64) float64 {
	sum := 0.0
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	for i := from; i <= to; i++ {
		sum += math.Exp(lg(n) - lg(i) - lg(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}
