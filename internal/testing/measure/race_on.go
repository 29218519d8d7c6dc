//go:build race

package measure

// UnderRace says whether the race detector is on, which takes many times the memory and
// processor time of the program itself.
const UnderRace = true
