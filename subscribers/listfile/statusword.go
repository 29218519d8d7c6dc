package listfile

import (
	"fmt"
	"slices"

	"roundup/subscribers"
)

// setStatus reads the word of a status column, in whatever file. Words we don't know keep the
// row out: to mail somebody takes a word we understand.
func setStatus(row *subscribers.Row, word string) {
	switch foldHeader(word) {
	case "":
	case "active", "subscribed", "enabled", "confirmed":
		row.Status = subscribers.Active
	case "pending", "unconfirmed", "not confirmed", "pending confirmation", "awaiting confirmation", "unactivated":
		row.Status = subscribers.Pending
	case "unsubscribed", "unsubscribe", "inactive", "disabled", "paused", "opted out", "removed", "deleted":
		row.Status = subscribers.Unsubscribed
	case "bounced", "hard bounced", "hard bounce", "cleaned", "unreachable":
		row.Suppress = subscribers.HardBounce
	case "complained", "complaint", "spam", "marked as spam":
		row.Status, row.Suppress = subscribers.Unsubscribed, subscribers.Complaint
	case "blocklisted", "blacklisted", "blocked", "suppressed":
		row.Status, row.Suppress = subscribers.Unsubscribed, subscribers.Manual
	default:
		row.Skip = fmt.Sprintf("its status %q is not known", subscribers.CleanName(word))
	}
}

// leaves reports whether a word alone, in a column of any name, says that
// somebody must not be mailed.
func leaves(word string) bool {
	switch foldHeader(word) {
	case "unsubscribed", "unsubscribe", "inactive", "unconfirmed", "bounced", "hard bounce", "cleaned", "complained", "complaint", "blocklisted", "blacklisted":
		return true
	}
	return false
}

// wordsOfLeaving takes a reader for left where any cell says so, but for labels,
// which are the words of people.
func (r record) wordsOfLeaving(row *subscribers.Row) {
	if row.Status != "" && row.Status != subscribers.Active || row.Suppress != "" {
		return
	}
	for place := range r.cells {
		if word := r.at(place); leaves(word) && !r.isLabels(place) {
			setStatus(row, word)
		}
	}
}

// isTrue also knows the words of spreadsheets, which write true and false in
// their own language when they save somebody else's file.
func isTrue(word string) bool {
	return slices.Contains([]string{"true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda", "истина"}, foldHeader(word))
}

func isFalse(word string) bool {
	return slices.Contains([]string{"false", "falsch", "faux", "falso", "onwaar", "fałsz", "ложь"}, foldHeader(word))
}
