package list

// FirstLabelled is how many readers the first write changes at most.
const FirstLabelled = firstLabelled

// Again does something until it succeeds, fails for good, or its context ends.
var Again = again
