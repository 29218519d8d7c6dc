//go:build race

package feeds_test

// underRace says that the race detector is on, which takes many times the
// memory and processor time of the program itself.
const underRace = true
