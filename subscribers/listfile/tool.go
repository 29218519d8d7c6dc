package listfile

import (
	"slices"
	"strings"

	"roundup/subscribers"
)

// tool is a program whose exports are known by their headers.
type tool struct {
	name      string
	marks     []string // folded headers that all of its exports have
	own       bool     // Roundup's own
	backslash bool     // writes \" for a mark in a cell
	warning   string   // what its export can't tell
	read      func(rec record, row *subscribers.Row)
}

// tools lists them, the surest marks first.
func tools() []tool {
	return []tool{
		{name: "Roundup", marks: []string{"public id", "status"}, own: true, read: readOwn},
		{name: "Roundup", marks: []string{"status", "suppressed"}, own: true, read: readOwn},
		{name: "listmonk", marks: []string{"uuid", "email", "attributes", "status"}, read: readStatus,
			warning: "a listmonk export does not say who left a single list: export the list with its subscription status, or import those who left as well"},
		{name: "Ghost", marks: []string{"email", "subscribed to emails", "deleted at"}, read: readGhost},
		{name: "Mailchimp", marks: []string{"leid"}, read: readMailchimp},
		{name: "Mailchimp", marks: []string{"euid"}, read: readMailchimp},
		{name: "MailPoet", marks: []string{"email", "global status"}, backslash: true, read: readMailPoet},
		{name: "MailPoet", marks: []string{"email", "list status"}, backslash: true, read: readMailPoet},
		{name: "Substack", marks: []string{"email", "email disabled"}, read: readSubstack},
		{name: "beehiiv", marks: []string{"email", "tier", "stripe customer id"}, read: readBeehiiv},
		{name: "Keila", marks: []string{"email", "data", "status", "external id"}, read: readStatus},
		{name: "Buttondown", marks: []string{"type", "creation date"}, read: readButtondown},
		{name: "Curated", marks: []string{"email address", "subscribed at", "utm source"}, read: readSubscribed},
	}
}

// toolOf finds the tool of a header, or the one that stands for any other.
func toolOf(columns map[string]int) tool {
	for _, t := range tools() {
		if hasAll(columns, t.marks) {
			return t
		}
	}
	return tool{read: readUnknown}
}

func hasAll(columns map[string]int, marks []string) bool {
	for _, mark := range marks {
		if _, ok := columns[mark]; !ok {
			return false
		}
	}
	return true
}

func readStatus(rec record, row *subscribers.Row) { setStatus(row, rec.get("status")) }

// readUnknown reads a file of no known tool. Headers may be in any language
// (MailPoet translates its own), so that a word of leaving counts wherever it
// stands. A word of staying counts only where the
// header says what it is about.
func readUnknown(rec record, row *subscribers.Row) {
	switch {
	case rec.get(leftHeaders...) != "":
		row.Status = subscribers.Unsubscribed
	case rec.hasAny(statusHeaders):
		setStatus(row, rec.get(statusHeaders...))
	case rec.hasAny(leftHeaders):
		row.Status = subscribers.Active
	}
	rec.wordsOfLeaving(row)
}

func (r record) isLabels(place int) bool {
	return slices.ContainsFunc(labelHeaders, func(h string) bool { p, ok := r.columns[h]; return ok && p == place })
}

// readSubscribed reads an export that holds nobody who left.
func readSubscribed(_ record, row *subscribers.Row) { row.Status = subscribers.Active }

// readGhost: an empty "subscribed to emails" is no consent.
func readGhost(rec record, row *subscribers.Row) {
	switch {
	case rec.get("deleted at") != "":
		row.Skip = "deleted in Ghost"
	case isTrue(rec.get("subscribed to emails")):
		row.Status = subscribers.Active
	case isFalse(rec.get("subscribed to emails")):
		row.Status = subscribers.Unsubscribed
	default:
		row.Skip = "the file does not say whether this member gets mail"
	}
}

// readMailchimp: the export is up to four files. Three are told apart by a column; that of
// the subscribed has LAST_CHANGED, which may be empty. Where somebody put them together, the
// cell decides. The fourth has the columns of the subscribed, and is told by its name: contacts
// who never agreed to be mailed. Under another name, whoever has no date at all may be one.
func readMailchimp(rec record, row *subscribers.Row) {
	merged := rec.has("last changed")
	name := strings.ToLower(rec.file)
	switch {
	case strings.HasPrefix(name, "nonsubscribed"):
		row.Skip = "never subscribed, by Mailchimp's word"
	case rec.get("unsub time") != "", rec.has("unsub time") && !merged && !rec.has("clean time"):
		row.Status = subscribers.Unsubscribed
		row.Changed = rec.time("unsub time")
	case rec.get("clean time") != "", rec.has("clean time") && !merged && !rec.has("unsub time"):
		row.Suppress = subscribers.HardBounce
	case rec.get("last changed") != "":
		row.Status = subscribers.Active
	case !merged || rec.has("unsub time") || rec.has("clean time"):
	case strings.HasPrefix(name, "subscribed"), rec.get("optin time", "confirm time") != "":
		row.Status = subscribers.Active
	}
}

// readMailPoet: one row for each list a person is on. The global status wins;
// but a row that says "left this list" never subscribes anybody.
func readMailPoet(rec record, row *subscribers.Row) {
	global, list := rec.get("global status"), rec.get("list status")
	switch {
	case strings.EqualFold(global, "inactive"), global == "" && strings.EqualFold(list, "inactive"):
		row.Skip = "inactive in MailPoet, which no longer mails this address"
	case global != "":
		setStatus(row, global)
	default:
		setStatus(row, list)
	}
	if row.Status == subscribers.Active && strings.EqualFold(list, "unsubscribed") {
		row.Status, row.Skip = "", "left this list in MailPoet"
	}
	if !rec.has("global status") || !rec.has("list status") { // or it goes by a name we don't know
		rec.wordsOfLeaving(row)
	}
	row.Labels = subscribers.MergeLabels(row.Labels, []string{rec.get("list")})
}

func readSubstack(rec record, row *subscribers.Row) {
	switch {
	case strings.HasSuffix(row.Address.Domain, "deletion-request.substack.com"):
		row.Skip = "asked Substack to be deleted"
	case isTrue(rec.get("email disabled")):
		row.Status = subscribers.Unsubscribed
	case isFalse(rec.get("email disabled")):
		row.Status = subscribers.Active
	default:
		row.Skip = "the file does not say whether this reader gets mail"
	}
}

// readBeehiiv: a time of leaving outweighs the status, so that without its column
// nobody is known to be active.
func readBeehiiv(rec record, row *subscribers.Row) {
	setStatus(row, rec.get("status"))
	switch {
	case rec.get("unsubscribed at") != "":
		row.Status = subscribers.Unsubscribed
		row.Changed = rec.time("unsubscribed at")
	case !rec.has("unsubscribed at") && row.Status == subscribers.Active:
		row.Status = ""
	}
}

// readButtondown: the type says how a reader stands, as its API names it. Types that no
// issue goes to, and those we don't know, keep the row out.
func readButtondown(rec record, row *subscribers.Row) {
	switch word := foldHeader(rec.get("type")); {
	case rec.get("unsubscription date") != "":
		row.Status, row.Changed = subscribers.Unsubscribed, rec.time("unsubscription date")
	case slices.Contains([]string{"regular", "premium", "gifted", "trialed", "past due", "churning", "churned", "unpaid"}, word):
		row.Status = subscribers.Active
	case word == "undeliverable":
		row.Suppress = subscribers.HardBounce
	case word == "spammy":
		row.Status, row.Suppress = subscribers.Unsubscribed, subscribers.Manual
	default:
		setStatus(row, word)
	}
}
