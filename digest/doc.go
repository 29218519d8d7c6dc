// Package digest owns the article, the issue and everything between: what a
// reading of a source adds to memory (Absorb), which articles the next issue
// prints and why (Choose), when it is due (Calendar, DueSlot), its content
// (Compile) and its look (Render).
//
// It must not know how mail is sent, and it is pure: no SQL, no network, no
// clock. Whatever it needs to know of the past or the time is an argument, and
// the same arguments give the same answer.
//
// Start reading with Article in article.go and Choose in choose.go; an article
// goes through absorb.go, eligible.go, places.go and arrange.go, in this order,
// before compile.go and render.go print it.
package digest
