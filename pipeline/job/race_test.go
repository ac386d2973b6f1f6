//go:build race

package job_test

// raced: the tests kill whole processes, about which the race detector has
// nothing to say, but for which it makes them wait.
const raced = true
