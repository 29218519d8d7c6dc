//go:build !race

package measure

// UnderRace says whether the race detector is on.
const UnderRace = false
