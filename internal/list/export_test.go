package list

// Again does something until it succeeds, fails for good, or its context ends.
var Again = again
