// Package lazy makes what costs time and memory to make once it is asked for.
//
// It must not know what that is of.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp is regexp.MustCompile put off until the first call, which panics where there is a
// mistake in the expression. Those of feeds and bounces, all compiled when the program starts,
// took each command 15 ms and 7 MB, and most commands ask for none.
func Regexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
