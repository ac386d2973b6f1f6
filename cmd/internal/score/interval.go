package score

import "math"

// confidence is that of every interval: 95 %, both sides together.
const confidence = 0.95

// An Interval is where a rate lies, given what was counted.
type Interval struct{ Low, High float64 }

// ClopperPearson gives the exact interval of a rate of which k of n were counted.
// It is the whole of [0, 1] where n is 0. (C. J. Clopper, E. S. Pearson, «The use
// of confidence or fiducial limits», Biometrika 26, 1934.)
func ClopperPearson(k, n int) Interval {
	i := Interval{0, 1}
	if n <= 0 {
		return i
	}
	const tail = (1 - confidence) / 2
	if k > 0 {
		i.Low = betaQuantile(tail, float64(k), float64(n-k+1))
	}
	if k < n {
		i.High = betaQuantile(1-tail, float64(k+1), float64(n-k))
	}
	return i
}

// betaQuantile finds x where the regularised incomplete beta function is p. It
// halves the interval: slow, and sure for every a and b above 0.
func betaQuantile(p, a, b float64) float64 {
	low, high := 0.0, 1.0
	for range 200 {
		mid := low + (high-low)/2
		if mid == low || mid == high {
			break
		}
		if betaRegularised(mid, a, b) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}

// betaRegularised is I_x(a, b), by the continued fraction of Lentz (DLMF 8.17.22).
func betaRegularised(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	if x > (a+1)/(a+b+2) {
		return 1 - betaRegularised(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(a*math.Log(x)+b*math.Log1p(-x)+lab-la-lb) / a
	const tiny = 1e-300
	away := func(v float64) float64 { // from zero, because it will divide
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	f := d
	for m := 1.0; m < 100_000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / away(1+even*d)
		c = away(1 + even/c)
		f *= c * d
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / away(1+odd*d)
		c = away(1 + odd/c)
		f *= c * d
		if math.Abs(c*d-1) < 1e-14 {
			break
		}
	}
	return front * f
}
