//go:build !race

package main

// underRace says that the race detector is on, which takes many times the
// memory and processor time of the program itself.
const underRace = false
