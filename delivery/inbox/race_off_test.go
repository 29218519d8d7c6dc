//go:build !race

package inbox_test

// underRace says that the race detector is on, which takes many times the
// processor time.
const underRace = false
