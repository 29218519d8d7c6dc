package asjson

import "roundup/store"

// Key is a line of `keys`. Secrets are printed nowhere.
type Key struct {
	ID      int64  `json:"id"`
	For     string `json:"for"` // "links", or "addresses" for the hashes of those that are suppressed
	Made    string `json:"made"`
	Current bool   `json:"current"` // what is made now is made with it
}

// KeyOf is a key of the database.
func KeyOf(k store.KeyRecord) Key {
	use := "links"
	if k.Purpose == "address" {
		use = "addresses"
	}
	return Key{ID: k.ID, For: use, Made: stamp(k.Created), Current: k.Newest}
}
