package asjson_test

import (
	"testing"
	"time"

	"roundup/config"
	"roundup/delivery"
	"roundup/delivery/inbox"
	"roundup/delivery/reason"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/list"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/ledger"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// What is printed of next to nothing, and of everything: a key that is there stays,
// and its place in the line too.
func TestLines(t *testing.T) {
	t.Parallel()
	article := digest.Article{
		ID: 7, Title: "A <b>", URL: "https://m.example/a", Source: "https://m.example/feed", Labels: []string{"News"},
		Authors: []digest.Author{{Name: "Ann", URI: "https://m.example/ann"}}, Published: slot, Image: digest.Image{URL: "https://m.example/a.jpg"},
	}
	issue := digest.Issue{Number: 3, Kind: digest.Extra, Status: digest.Held, Why: "by hand", Subject: "S", Started: slot, Sections: []digest.IssueSection{
		{Title: "News", Articles: []digest.Printed{{Article: article, Headline: "H", Text: "T"}, {}}},
	}}
	edits := digest.Edits{Subject: "S", Articles: map[int64]digest.ArticleEdit{7: {Pin: true, Headline: "H", Position: 2}}}
	fate := digest.Fate{Candidate: digest.Candidate{Article: article}, Outcome: digest.Expired, Reason: "too old"}
	tests := []struct {
		name string
		line any
		want string
	}{
		{"no article", asjson.ArticleOf(digest.Candidate{}), `{"id":0,"title":"","url":"","labels":[],"authors":[],"state":""}`},
		{"an article", asjson.ArticleOf(digest.Candidate{Article: article, State: digest.Carried, Issue: 3}),
			`{"id":7,"title":"A \u003cb\u003e","url":"https://m.example/a","labels":["News"],"authors":["Ann"],"published":"2026-11-20T12:00:00Z","state":"carried","issue":3}`},
		{"a fate", asjson.FateOf(fate, edits),
			`{"id":7,"title":"A \u003cb\u003e","headline":"H","url":"https://m.example/a","source":"https://m.example/feed","outcome":"expired","reason":"too old","picture":"https://m.example/a.jpg"}`},
		{"no edits", asjson.EditsOf(planner.Plan{}), `{"issue":0,"articles":[]}`},
		{"edits", asjson.EditsOf(planner.Plan{Issue: issue, Edits: edits, Selection: digest.Selection{Fates: []digest.Fate{fate}}}),
			`{"issue":3,"subject":"S","articles":[{"id":7,"title":"A \u003cb\u003e","pinned":true,"place":2,"headline":"H"}]}`},
		{"an issue", asjson.IssueOf(issue), `{"issue":3,"kind":"extra","status":"held","why":"by hand","subject":"S","started":"2026-11-20T12:00:00Z"}`},
		{"all of an issue", asjson.WholeIssueOf(issue), `{"issue":3,"kind":"extra","status":"held","why":"by hand","subject":"S","started":"2026-11-20T12:00:00Z","articles":[` +
			`{"id":7,"section":"News","headline":"H","text":"T","url":"https://m.example/a","labels":["News"],"authors":["Ann"]},` +
			`{"id":0,"section":"News","headline":"","text":"","url":"","labels":[],"authors":[]}]}`},
		{"an issue whose replies nobody reads", asjson.IssueOf(issue).With(store.Quality{Sent: 90}),
			`{"issue":3,"kind":"extra","status":"held","why":"by hand","subject":"S","started":"2026-11-20T12:00:00Z","sent":90,"left":0,"bounced":0,"gone":0,"complained":0,"replied":null}`},
		{"an issue and what came of it", asjson.IssueOf(issue).With(store.Quality{Sent: 90, Left: 2, Hard: 3, Soft: 1, Complained: 1, Replied: 4, RepliesRead: true}),
			`{"issue":3,"kind":"extra","status":"held","why":"by hand","subject":"S","started":"2026-11-20T12:00:00Z","sent":90,"left":2,"bounced":4,"gone":3,"complained":1,"replied":4}`},
		{"a preview", asjson.PreviewOf(issue, nil, []string{"a"}), `{"issue":3,"subject":"S","articles":2,"notes":[],"files":["a"]}`},
		{"nothing sent", asjson.NothingSentFor("nothing is due", slot), `{"status":"skipped","reason":"nothing is due","next_slot":"2026-11-20T12:00:00Z"}`},
		{"a dry run", asjson.DryRunOf(desk.Foresight{
			Steps: []desk.Step{{Do: desk.CarryOn, Issue: issue}, {Do: desk.Choose, Slot: slot}, {Do: desk.Start, Slot: slot}},
			Facts: desk.Facts{Prospect: &desk.Prospect{Articles: 4, Readers: 3}}, Plan: planner.Plan{Issue: digest.Issue{Number: 4, Subject: "N"}},
		}, nil), `{"under_way":[3],"issue":4,"slot":"2026-11-20T12:00:00Z","would":"send","subject":"N","articles":4,"audience":3}`},
		{"a delivery", asjson.DeliveryOf(ledger.DeliveryRecord{
			Issue: 3, IssueUID: "u", MailDomain: "m.example", Email: "a@b.example", State: delivery.Sent, Attempts: 1, Code: 250, Enhanced: "2.0.0", Reply: "ok", At: slot,
		}), `{"issue":3,"email":"a@b.example","state":"sent","attempts":1,"code":250,"enhanced":"2.0.0","reply":"ok","message_id":"aaaaaaaaaaaaaaaaaaaaaaaaaa.7hbqhb6hsk@m.example","at":"2026-11-20T12:00:00Z"}`},
		{"a subscriber", asjson.SubscriberOf(store.Listed{Subscriber: subscribers.Subscriber{
			Email: "a@b.example", Status: subscribers.Active, Consent: subscribers.Consent{How: "import", At: slot}, Joined: slot, Changed: slot,
		}}), `{"email":"a@b.example","name":"","status":"active","public_id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","frequency":"every","consent":{"how":"import","at":"2026-11-20T12:00:00Z"},"joined":"2026-11-20T12:00:00Z","changed":"2026-11-20T12:00:00Z"}`},
		{"an event", asjson.EventOf(store.Event{What: "unsubscribed", Detail: "by mail", By: subscribers.Actor{Kind: subscribers.CommandLine, Name: "anna"}, At: slot}),
			`{"at":"2026-11-20T12:00:00Z","what":"unsubscribed","detail":"by mail","by":"command_line","name":"anna"}`},
		{"a subscriber and what happened", asjson.Shown{Events: asjson.EventsOf(nil)},
			`{"email":"","name":"","status":"","public_id":"","frequency":"","consent":{},"joined":"","changed":"","events":[]}`},
		{"an adoption", asjson.AdoptedOf(store.Adopted{
			Replayed: store.Replayed{Left: 2}, Issues: []content.SettledIssue{{SentIssue: content.SentIssue{Number: 3, Links: []string{"a", "b"}}, Settled: 1, Known: 1}},
		}, 4, slot), `{"adopted":true,"next_issue":4,"already_sent_until":"2026-11-20T12:00:00Z","issues":[{"issue":3,"articles":2,"settled":1,"unknown":[]}],"left":2,"forgotten":0,"suppressed":0}`},
		{"nothing to adopt", asjson.Adopted{}, `{"adopted":false,"left":0,"forgotten":0,"suppressed":0}`},
		{"a no", asjson.NotDone{Why: "you said no"}, `{"done":false,"why":"you said no"}`},
		{"readers", asjson.ListOf(store.SubscriberStats{Active: 2, Mailable: 1}, nil),
			`{"pending":0,"active":2,"unsubscribed":0,"forgotten":0,"suppressed":0,"mailable":1}`},
		{"no growth", asjson.GrowthOf(nil, nil), `{"weeks":[],"joined_from":[]}`},
		{"a suppression", asjson.SuppressionOf(subscribers.Suppression{Email: "a@b.example", Reason: subscribers.Complaint, At: slot}), `{"email":"a@b.example","reason":"complaint","at":"2026-11-20T12:00:00Z"}`},
		{"an import", asjson.Imported{Added: 1, DryRun: asjson.ReadingOf(listfile.Format{Tool: "Mailchimp"})},
			`{"added":1,"added_mailable":0,"updated":0,"unchanged":0,"skipped":0,"rejected":0,"rejects_file":"","role_addresses":0,"unread_dates":0,"dry_run":{"source":"Mailchimp","columns":[]}}`},
		{"a bounce", asjson.BounceOf("f.eml", list.Taken{
			Finding: inbox.Finding{Kind: inbox.Hard, Recipient: "a@b.example", Status: "5.1.1", Reason: reason.UserUnknown, Proof: inbox.ByToken, Words: "no such user"},
			Sub:     subscribers.Subscriber{Email: "A@b.example"}, Effect: list.Noted,
		}), `{"file":"f.eml","kind":"hard","recipient":"a@b.example","original":"","status":"5.1.1","reason":"user_unknown","reader":"A@b.example","proof":"token","effect":"noted","reply":"no such user"}`},
		{"a source", asjson.SourceOf(content.SourceRecord{URL: "u", LastReadAt: slot, LastError: "no"}), `{"source":"u","title":"","last_read":"2026-11-20T12:00:00Z","readings":0,"items":0,"quarantined":0,"error":"no"}`},
		{"a reading", asjson.FetchedOf(desk.Fetched{Source: "u", New: 2, Took: time.Second}), `{"source":"u","items":0,"new":2,"changed":0,"baseline":0,"quarantined":0}`},
		{"a setting", asjson.SettingOf(config.Setting{Key: "k", Value: "v", Origin: "default"}), `{"key":"k","value":"v","origin":"default"}`},
		{"a finding", asjson.FindingOf(finding.Finding{Group: finding.Mail, Outcome: finding.Warned, What: "w", Detail: "d", Publish: []finding.Record{{Name: "n", Type: "TXT", Value: "v"}}, Articles: []int64{7}}),
			`{"group":"mail","outcome":"warned","what":"w","detail":"d","publish":[{"name":"n","type":"TXT","value":"v"}],"articles":[7]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			prints(t, tt.line, tt.want)
		})
	}
}
