package content

// Lookups are the queries that find rows among many, by what they look for.
func Lookups() map[string]string {
	return map[string]string{
		"known by address": knownByURL,
		"known by guid":    knownByGUID,
		"candidates":       candidatesSince,
	}
}
