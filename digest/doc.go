// Package digest owns the article, the issue and the way from one to the other:
// what a reading of a source adds to memory (Absorb), which articles the next
// issue prints and why (Choose), and what a person changes in it (Change).
//
// It must not know how an issue looks or how mail is sent, and it is pure: no SQL,
// no network, no clock. Whatever it needs to know of the past or the time is an
// argument, and the same arguments give the same answer.
//
// Start reading with Article in article.go and Choose in choose.go; an article
// goes through absorb.go, eligible.go, places.go and arrange.go, in this order,
// before digest/letter prints it.
package digest
