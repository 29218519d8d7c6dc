package subscribers

import "slices"

// Actor is who changed something: a subscription, an article, an edit, a slot, an
// issue. Every change is put on record with its actor.
type Actor struct {
	Kind ActorKind
	// Name is who of that kind: the user at the command line, an editor, a key. It
	// is "" where nobody is named, and always for readers: the record outlives them.
	Name string
	// Through is the way it came, where the kind does not say: one of the Through
	// constants, or "import of list.csv"; "" for none.
	Through string
}

// ActorKind says what an actor is.
type ActorKind string

// Who can change something. The schema has the same list.
const (
	// CommandLine is a command, typed or from a timer. Its name is the user's.
	CommandLine ActorKind = "command_line"
	// Reader is the person who reads the newsletter, on a page or by mail.
	Reader ActorKind = "reader"
	// OneClick is a reader by the button of a mail program (RFC 8058), which is
	// pressed without a page being looked at, and sometimes by no person.
	OneClick ActorKind = "one_click"
	// Editor is whoever has the editor's page open.
	Editor ActorKind = "editor"
	// APIKey is a program. Its name is the key's.
	APIKey ActorKind = "api_key"
	// Daemon is `roundup serve` by itself.
	Daemon ActorKind = "daemon"
)

// Ways that Roundup itself puts on record.
const (
	ThroughPage    = "page"        // the readers' page, opened and its button pressed
	ThroughMail    = "mail"        // a mail to the address of List-Unsubscribe
	ThroughReturns = "returns"     // what came back of a mail
	ThroughSending = "sending"     // it follows from the rules while an issue starts and goes out
	ThroughFetch   = "fetch"       // the sources were read
	ThroughAdopt   = "adopt"       // the database was put in charge here
	ThroughWebhook = "webhook of " // with a provider's name: it posted what the reader asked it for
)

// ActorKinds lists every kind.
func ActorKinds() []ActorKind {
	return []ActorKind{CommandLine, Reader, OneClick, Editor, APIKey, Daemon}
}

// Known reports whether k is a kind.
func (k ActorKind) Known() bool { return slices.Contains(ActorKinds(), k) }

// Via is the same actor by the given way.
func (a Actor) Via(through string) Actor {
	a.Through = through
	return a
}
