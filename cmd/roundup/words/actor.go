package words

import (
	"cmp"

	"roundup/subscribers"
)

// ByWhom says who did something: "by anna, command line".
func ByWhom(by subscribers.Actor) string {
	who, way := "by "+by.Name, waysWords(by.Through)
	switch by.Kind {
	case subscribers.CommandLine:
		way = cmp.Or(way, "command line")
	case subscribers.Reader:
		who = "by the reader"
	case subscribers.OneClick:
		who = "by the reader, one click"
	case subscribers.Editor:
		if by.Name == "" {
			who = "by an editor"
		}
		way = cmp.Or(way, "on the editor's page")
	case subscribers.APIKey:
		who = "by API key " + by.Name
	case subscribers.Daemon:
		who = "by the daemon"
	}
	if way == "" {
		return who
	}
	return who + ", " + way
}

// waysWords are those of the ways that Roundup puts on record; others are words.
func waysWords(through string) string {
	switch through {
	case subscribers.ThroughPage:
		return "on the readers' page"
	case subscribers.ThroughMail:
		return "by mail"
	case subscribers.ThroughReturns:
		return "for what came back"
	case subscribers.ThroughSending:
		return "while sending"
	case subscribers.ThroughFetch:
		return "reading the sources"
	case subscribers.ThroughAdopt:
		return "adopting the database"
	}
	return through
}
