package store

// Lookups are the queries that find rows among many, by what they look for.
func Lookups() map[string]string {
	return map[string]string{
		"subscriber by hash":      subscriberByHash,
		"subscriber by public id": subscriberByPublicID,
		"subscribers by hashes":   subscribersByHashes,
		"public ids":              publicIDsKnown,
		"page of subscribers":     subscriberPage + pageEnd,
		"page of a status":        statusPage + statusPageEnd,
		"due outbox":              dueOutbox,
		"bounces known":           bouncesKnown,
		"bounces of":              bouncesOf,
		"mail to":                 mailTo,
		"erase mail to":           eraseMailTo,
		"erase mail asked for":    eraseMailAsked,
		"erase from notices":      eraseFromNotices,
		"unconfirmed":             unconfirmed,
		"choices":                 choicesQuery,
		"sign-ups since":          signUpsSince,
		"sign-ups confirmed":      signUpsConfirmed,
		"growth":                  growthSince,
	}
}
