package subscribers

import (
	"fmt"
	"strings"
)

// tool is a program whose exports are known by their headers.
type tool struct {
	name      string
	marks     []string // folded headers that all of its exports have
	own       bool     // Roundup's own
	backslash bool     // writes \" for a mark in a cell
	warning   string   // what its export can't tell
	read      func(rec record, row *Row)
}

// tools lists them, the surest marks first.
func tools() []tool {
	return []tool{
		{name: "Roundup", marks: []string{"public id", "email", "status"}, own: true, read: readOwn},
		{name: "listmonk", marks: []string{"uuid", "email", "attributes", "status"}, read: readStatus,
			warning: "a listmonk export does not say who left a single list: export the list with its subscription status, or import those who left as well"},
		{name: "Ghost", marks: []string{"email", "subscribed to emails"}, read: readGhost},
		{name: "Mailchimp", marks: []string{"leid", "euid"}, read: readMailchimp},
		{name: "MailPoet", marks: []string{"email", "global status"}, backslash: true, read: readMailPoet},
		{name: "MailPoet", marks: []string{"email", "list status"}, backslash: true, read: readMailPoet},
		{name: "Substack", marks: []string{"email", "email disabled"}, read: readSubstack},
		{name: "beehiiv", marks: []string{"email", "tier", "unsubscribed at"}, read: readBeehiiv},
		{name: "Keila", marks: []string{"email", "data", "status", "external id"}, read: readStatus},
		{name: "Curated", marks: []string{"email address", "subscribed at", "utm source"}, read: readUnknown},
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

// setStatus reads a tool's word for a standing. Words we don't know keep the
// row out: to mail somebody takes a word we understand.
func setStatus(row *Row, word string) {
	switch foldHeader(word) {
	case "":
	case "active", "subscribed", "enabled", "confirmed":
		row.Status = Active
	case "pending", "unconfirmed", "not confirmed", "pending confirmation", "awaiting confirmation":
		row.Status = Pending
	case "unsubscribed", "unsubscribe", "inactive", "disabled", "paused", "opted out", "removed", "deleted":
		row.Status = Unsubscribed
	case "bounced", "hard bounced", "hard bounce", "cleaned", "unreachable":
		row.Suppress = HardBounce
	case "complained", "complaint", "spam", "marked as spam":
		row.Status, row.Suppress = Unsubscribed, Complaint
	case "blocklisted", "blacklisted", "blocked", "suppressed":
		row.Status, row.Suppress = Unsubscribed, Manual
	default:
		row.Skip = fmt.Sprintf("its status %q is not known", CleanName(word))
	}
}

// leaves reports whether a word alone, in a column of any name, says that
// somebody must not be mailed.
func leaves(word string) bool {
	switch foldHeader(word) {
	case "unsubscribed", "unconfirmed", "bounced", "cleaned", "complained", "blocklisted", "blacklisted":
		return true
	}
	return false
}

func readStatus(rec record, row *Row) { setStatus(row, rec.get("status")) }

// readUnknown reads a file of no known tool. Headers may be in any language
// (MailPoet translates its own), so that without a status column a word of
// leaving counts wherever it stands.
func readUnknown(rec record, row *Row) {
	if rec.get("unsubscribed at", "unsub time", "unsubscribe date", "unsubscribed on") != "" {
		row.Status = Unsubscribed
		return
	}
	if rec.has("status") || rec.has("subscription status") {
		setStatus(row, rec.get("status", "subscription status"))
		return
	}
	for place := range rec.cells {
		if leaves(rec.at(place)) {
			setStatus(row, rec.at(place))
		}
	}
}

// readGhost: an empty "subscribed to emails" is no consent.
func readGhost(rec record, row *Row) {
	switch {
	case rec.get("deleted at") != "":
		row.Skip = "deleted in Ghost"
	case strings.EqualFold(rec.get("subscribed to emails"), "true"):
		row.Status = Active
	case strings.EqualFold(rec.get("subscribed to emails"), "false"):
		row.Status = Unsubscribed
	default:
		row.Skip = "the file does not say whether this member gets mail"
	}
}

// readMailchimp: the export is three files, told apart by a column. Where
// somebody put them together, LAST_CHANGED is there too and the cell decides.
func readMailchimp(rec record, row *Row) {
	merged := rec.has("last changed")
	switch {
	case rec.get("unsub time") != "", rec.has("unsub time") && !merged && !rec.has("clean time"):
		row.Status = Unsubscribed
		row.Changed = parseTime(rec.get("unsub time"))
	case rec.get("clean time") != "", rec.has("clean time") && !merged && !rec.has("unsub time"):
		row.Suppress = HardBounce
	default:
		row.Status = Active
	}
}

// readMailPoet: one row for each list a person is on. The global status wins;
// but a row that says "left this list" never subscribes anybody.
func readMailPoet(rec record, row *Row) {
	global, list := rec.get("global status"), rec.get("list status")
	switch {
	case strings.EqualFold(global, "inactive"), global == "" && strings.EqualFold(list, "inactive"):
		row.Skip = "inactive in MailPoet, which no longer mails this address"
	case global != "":
		setStatus(row, global)
	default:
		setStatus(row, list)
	}
	if row.Status == Active && strings.EqualFold(list, "unsubscribed") {
		row.Status, row.Skip = "", "left this list in MailPoet"
	}
	row.Labels = mergeLabels(row.Labels, []string{rec.get("list")})
}

func readSubstack(rec record, row *Row) {
	switch {
	case strings.HasSuffix(row.Address.Domain, "deletion-request.substack.com"):
		row.Skip = "asked Substack to be deleted"
	case strings.EqualFold(rec.get("email disabled"), "true"):
		row.Status = Unsubscribed
	case strings.EqualFold(rec.get("email disabled"), "false"):
		row.Status = Active
	default:
		row.Skip = "the file does not say whether this reader gets mail"
	}
}

func readBeehiiv(rec record, row *Row) {
	setStatus(row, rec.get("status"))
	if rec.get("unsubscribed at") != "" {
		row.Status = Unsubscribed
		row.Changed = parseTime(rec.get("unsubscribed at"))
	}
}
