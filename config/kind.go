package config

// kind is what a setting's value must be. Its text is for people.
type kind string

const (
	oneLine    kind = "text"
	lines      kind = "text of one or more lines"
	line       kind = "template" // one line of text/template
	choice     kind = "one of"
	boolean    kind = "true or false"
	integer    kind = "whole number"
	number     kind = "number"
	duration   kind = "duration"
	webURL     kind = "URL" // http or https
	mailbox    kind = "mailbox"
	address    kind = "address"
	timezone   kind = "time zone"
	language   kind = "language"
	languages  kind = "list of languages"
	colour     kind = "colour"
	cron       kind = "cron expression"
	date       kind = "date"
	host       kind = "host"
	listen     kind = "host:port"
	mailListen kind = "host:port, or lmtp: and a path or host:port"
	file       kind = "file"
	database   kind = "file, or URL of PostgreSQL"
	secret     kind = "secret"
	texts      kind = "list of texts"
	addresses  kind = "list of addresses"
	networks   kind = "list of networks"
	sites      kind = "list of sites" // scheme and host
	patterns   kind = "list of regular expressions"
	params     kind = "group of names and texts" // of a link: name=value
)

// isList reports whether a value is a list of texts rather than one.
func (k kind) isList() bool {
	return k == texts || k == languages || k == addresses || k == networks || k == sites || k == patterns || k == params
}
