package words_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/delivery/reason"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/internal/desk"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/ledger"
)

func TestNoticeWords(t *testing.T) {
	t.Parallel()
	issue := digest.Issue{Number: 12, Subject: "Spring", Status: digest.Sent, Why: "no answer"}
	source := content.SourceRecord{URL: "https://m.example/feed", LastError: "no answer in time", Damage: "cut short", Quarantined: 12}
	emptied := source
	emptied.LastError = digest.Reading{}.Emptied(40)
	slot := schedule.Slot{Label: "Friday 4 December 2026, 07:00 CET", Outcome: schedule.Skipped, Why: "too few articles"}
	untried := schedule.Slot{Label: slot.Label}
	for _, tt := range []struct {
		give desk.News
		want desk.Notice
	}{
		{desk.News{Kind: desk.IssueWaits, Issue: issue}, desk.Notice{
			Subject: "issue 12 is waiting for the relay",
			Text:    "no answer\n\nIt goes on by itself when the relay takes mail again. Nobody is missed."}},
		{desk.News{Kind: desk.IssueHeld, Issue: issue}, desk.Notice{
			Subject: "issue 12 is held",
			Text:    "no answer\n\nIt waits for a person. When the cause is mended: roundup issues release 12"}},
		{desk.News{Kind: desk.RelayBack, Issue: issue}, desk.Notice{Subject: "issue 12 goes on", Text: "The relay takes mail again."}},
		{desk.News{Kind: desk.Released, Issue: issue}, desk.Notice{Subject: "issue 12 goes on", Text: "It was released."}},
		{desk.News{Kind: desk.IssueOver, Issue: issue, Sum: delivery.Summary{Audience: 9, Sent: 8, Skipped: 1}}, desk.Notice{
			Subject: "issue 12 is sent",
			Text:    "Spring\n\n8 of 9 readers: handed to the relay. Failed: 0. Skipped: 1. Unknown: 0.\nDetails: roundup report 12"}},
		{desk.News{Kind: desk.IssueOver, Issue: issue, Sum: delivery.Summary{Audience: 9, Sent: 9}, Without: []string{"feed.xml: no answer", "b.xml: 404"}}, desk.Notice{
			Subject: "issue 12 is sent",
			Text: "Spring\n\n9 of 9 readers: handed to the relay. Failed: 0. Skipped: 0. Unknown: 0.\nDetails: roundup report 12" +
				"\n\nIt went without 2 sources that could not be read:\n  feed.xml: no answer\n  b.xml: 404"}},
		{desk.News{
			Kind: desk.IssueOver, Issue: issue, Sum: delivery.Summary{Audience: 9, Sent: 5, Failed: 3, Unknown: 1},
			Reasons: []desk.Reason{{Words: "550 no such user", Readers: 2}}, MoreReasons: 1,
			Failed: []ledger.DeliveryRecord{{Email: "ann@x.example", Code: 550, Enhanced: "5.1.1", Reply: "no such user"}, {Why: "given up"}},
		}, desk.Notice{
			Subject: "issue 12 is sent",
			Text: "Spring\n\n5 of 9 readers: handed to the relay. Failed: 3. Skipped: 0. Unknown: 1.\nDetails: roundup report 12" +
				"\n\nWhy they failed:\n     2  550 no such user\n        and 1 other reason",
			ByMail: "\n\nWho they are:\n  ann@x.example: 550 5.1.1 no such user\n  (forgotten since): given up\n  and 1 more: roundup deliveries 12 --state failed"}},
		{desk.News{Kind: desk.ConfigChanged}, desk.Notice{
			Subject: "the configuration has changed, and is not used yet",
			Text:    "roundup serve goes on with what it read when it started. To use what the file says now, restart it; roundup check tells first\nwhether it is right."}},
		{desk.News{Kind: desk.WorkersDiffer, Differing: []ledger.Differing{{Worker: ledger.Worker{Name: "process 7 on mail-2, worker 3"}, Settings: []string{"mail.from", "smtp.host"}}}}, desk.Notice{
			Subject: "workers send by other settings than the desk has",
			Text: "process 7 on mail-2, worker 3: mail.from, smtp.host\n\nThey send other mails than the rest, or send them in another way. Give all machines the same roundup.yaml, and start anew what still has\n" +
				"the old one. See: roundup workers"}},
		{desk.News{Kind: desk.WorkersAgree}, desk.Notice{Subject: "all workers have the same settings again", Text: "What is sent, and how, is the same whoever sends it."}},
		{desk.News{Kind: desk.IssueLate, Slot: untried}, desk.Notice{
			Subject: "the issue of Friday 4 December 2026, 07:00 CET is not out", Text: "It has not been started.\nSee: roundup report"}},
		{desk.News{Kind: desk.IssueLate, Slot: slot}, desk.Notice{
			Subject: "the issue of Friday 4 December 2026, 07:00 CET is not out",
			Text:    "It has not been started; the last run could not: too few articles\nSee: roundup report"}},
		{desk.News{Kind: desk.IssueLate, Slot: slot, Issue: issue}, desk.Notice{
			Subject: "the issue of Friday 4 December 2026, 07:00 CET is not out", Text: "no answer\nSee: roundup report"}},
		{desk.News{Kind: desk.IssueLate, Slot: slot, Issue: digest.Issue{Number: 12, Status: digest.Sending}}, desk.Notice{
			Subject: "the issue of Friday 4 December 2026, 07:00 CET is not out", Text: "Issue 12 is sending.\nSee: roundup report"}},
		{desk.News{Kind: desk.NoIssue, Slot: slot}, desk.Notice{
			Subject: "no issue on Friday 4 December 2026, 07:00 CET",
			Text:    "The slot of Friday 4 December 2026, 07:00 CET was skipped: too few articles.\nWhat is owed stays owed. See: roundup explain"}},
		{desk.News{Kind: desk.SourceFails, Source: source}, desk.Notice{
			Subject: "a source has been failing for a day", Text: "https://m.example/feed\nno answer in time\nIssues go out without it."}},
		{desk.News{Kind: desk.SourceFails, Source: emptied}, desk.Notice{
			Subject: "a source has been failing for a day",
			Text: "https://m.example/feed\n" + emptied.LastError +
				"\nWhat was read of it before stays owed. If it may be empty: roundup sources accept https://m.example/feed"}},
		{desk.News{Kind: desk.SourceReads, Source: source}, desk.Notice{Subject: "a source can be read again", Text: "https://m.example/feed"}},
		{desk.News{Kind: desk.SourceDamaged, Source: source}, desk.Notice{
			Subject: "a source has been damaged for a day",
			Text:    "https://m.example/feed\ncut short\nWhat can be read of it goes out. Articles may be missing, or parts of them: tell its publisher."}},
		{desk.News{Kind: desk.SourceWhole, Source: source}, desk.Notice{Subject: "a source is whole again", Text: "https://m.example/feed"}},
		{desk.News{Kind: desk.Quarantined, Source: source}, desk.Notice{
			Subject: "12 articles of a source wait for a decision",
			Text: `https://m.example/feed
It suddenly showed 12 articles that it dates before its last reading, and that were not known: most
likely its links or its archive have changed. They are quarantined: issues go out without
them, and with whatever is new.

Which they are:            roundup articles list --state quarantined
They are new, send them:   roundup sources accept https://m.example/feed
They are old, never send:  roundup sources ignore https://m.example/feed`}},
		{desk.News{Kind: desk.ManyGone, Issue: issue, Bound: 2, Returned: desk.Returned{
			Quality: store.Quality{Sent: 108, Hard: 8, Soft: 7},
			Counts: []store.BounceCount{
				{Kind: "hard", Reason: reason.UserUnknown, Domain: "readers.example", N: 8},
				{Kind: "soft", Reason: reason.Blocked, Domain: "md.example", N: 7},
			},
		}}, desk.Notice{
			Subject: "many readers of issue 12 are gone",
			Text: "Mail to 8 of 108 readers (7.41 %) came back because there is no such reader: more than bounces.notify_hard, 2 %.\n" +
				"By domain: readers.example 8.\n\n" +
				"They are not mailed any more. Providers take many such addresses for an old or a bought list, and trust its sender less:\n" +
				"see how those came to the list who joined lately, and before an old list is mailed again, have it confirmed.\n" +
				"See: roundup report 12, roundup suppressions review"}},
		{desk.News{Kind: desk.DatabaseDamaged, Err: errors.New("a page is torn")}, desk.Notice{
			Subject: "the database is damaged, and nothing is sent", Text: "a page is torn\n\nPut a backup in its place, then: roundup adopt"}},
		{desk.News{Kind: desk.DatabaseWhole}, desk.Notice{Subject: "the database is whole again", Text: "Issues go out as before."}},
	} {
		t.Run(string(tt.give.Kind), func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, words.Notice(tt.give)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNewsHasWords: each kind of news there is has words.
func TestNewsHasWords(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "internal", "desk", "news.go"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`NewsKind = "(.+)"`).FindAllSubmatch(text, -1)
	if len(kinds) == 0 {
		t.Fatal("there is no news")
	}
	for _, kind := range kinds {
		got := words.Notice(desk.News{Kind: desk.NewsKind(kind[1]), Err: errors.New("why"), Source: content.SourceRecord{URL: "feed.xml"}})
		if got.Text == "" {
			t.Errorf("%s has no words", kind[1])
		}
	}
}
