package storetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/engine"
	"roundup/subscribers"
)

// recorded is a change with what it must put on record.
type recorded struct {
	method string // of store.Store
	name   string // of the case, where the method has several
	before func(*Scene)
	do     func(*Scene) error
	want   []string // each "what (of what)", see happened
}

// changes are all that somebody can do; each must be on record once.
func changes() []recorded {
	const ann = "ann@example.com"
	joins := func(s *Scene) { s.shelf().add(ann) }
	leaves := func(s *Scene) {
		_, err := s.Unsubscribe(s.t.Context(), s.shelf().add(ann).PublicID, oneClick())
		s.Must(err)
	}
	starts := func(s *Scene) { s.Start(1) }
	edit := func(change func(*digest.Edits)) func(*Scene) error {
		return func(s *Scene) error {
			return s.Edit(s.t.Context(), 0, Anna(), func(e *digest.Edits) error { change(e); return nil })
		}
	}
	ofArticle := func(id int64, change func(*digest.ArticleEdit)) func(*Scene) error {
		return edit(func(e *digest.Edits) {
			a := e.Articles[id]
			change(&a)
			if e.Articles == nil {
				e.Articles = map[int64]digest.ArticleEdit{}
			}
			e.Articles[id] = a
		})
	}
	revise := func(id int64, to digest.State) func(*Scene) error {
		return func(s *Scene) error {
			return s.Revise(s.t.Context(), 0, id, Anna(), func(e *digest.Edits, a *digest.Candidate) error {
				e.Note, a.State = "Two", to
				return nil
			})
		}
	}
	unknown := func(s *Scene) {
		issue := s.Start(1)
		s.MustTrade(issue, 1)
		s.MustTrade(issue, 0, To(1, delivery.Unknown))
	}
	reader1 := "reader1@b.example"
	return slices.Concat(signUpChanges(), bounceChanges(), []recorded{
		{method: "Choose", do: func(s *Scene) error {
			return s.Choose(s.t.Context(), reader1, subscribers.Choice{Off: []string{"europe"}}, Anna())
		}, want: []string{"choice changed (subscriber)"}},
		{method: "NotAsked", do: func(s *Scene) error {
			return s.NotAsked(s.t.Context(), reader1, "its domain takes no mail", Anna())
		}, want: []string{"not asked to confirm (subscriber)"}},
		{method: "NoteDataGiven", do: func(s *Scene) error {
			return s.NoteDataGiven(s.t.Context(), 1, Anna())
		}, want: []string{"data given to the reader (subscriber)"}},
		{method: "Add", do: func(s *Scene) error {
			_, err := s.Add(s.t.Context(), s.shelf().person(ann, ""), Anna())
			return err
		}, want: []string{"subscribed (subscriber)"}},
		{method: "Unsubscribe", before: joins, do: func(s *Scene) error {
			_, err := s.Unsubscribe(s.t.Context(), s.shelf().get(ann).PublicID, Anna())
			return err
		}, want: []string{"unsubscribed (subscriber)"}},
		{method: "UnsubscribeOnce", before: joins, do: func(s *Scene) error {
			_, err := s.UnsubscribeOnce(s.t.Context(), [32]byte{1}, "mail", s.shelf().get(ann).PublicID, Anna())
			return err
		}, want: []string{"unsubscribed (subscriber)"}},
		{method: "Pause", before: joins, do: func(s *Scene) error {
			return s.Pause(s.t.Context(), ann, begin().Add(time.Hour), Anna())
		}, want: []string{"paused (subscriber)"}},
		{method: "SayWhyLeft", before: leaves, do: func(s *Scene) error {
			return s.SayWhyLeft(s.t.Context(), s.shelf().get(ann).PublicID, subscribers.Other, Anna())
		}, want: []string{"said why they left (subscriber)"}},
		{method: "UndoLeave", before: leaves, do: func(s *Scene) error {
			_, err := s.UndoLeave(s.t.Context(), s.shelf().get(ann).PublicID, begin().Add(-time.Hour), Anna())
			return err
		}, want: []string{"leaving undone (subscriber)"}},
		{method: "ConfirmSubscriber", before: func(s *Scene) { s.shelf().addPending(ann) }, do: func(s *Scene) error {
			return s.ConfirmSubscriber(s.t.Context(), ann, subscribers.ConsentCommand, Anna())
		}, want: []string{"subscribed (subscriber)"}},
		{method: "Change", before: joins, do: func(s *Scene) error {
			_, err := s.Change(s.t.Context(), ann, s.shelf().address(ann), "Another", Anna())
			return err
		}, want: []string{"name changed (subscriber)"}},
		{method: "AskAddress", before: joins, do: func(s *Scene) error {
			_, err := s.shelf().asksFor(s.shelf().get(ann), "new@example.com", Anna())
			return err
		}, want: []string{"asked for another address (subscriber)"}},
		{method: "ChangeAddress", before: func(s *Scene) {
			joins(s)
			_, err := s.shelf().asksFor(s.shelf().get(ann), "new@example.com", Anna())
			s.Must(err)
		}, do: func(s *Scene) error {
			_, err := s.shelf().takes(s.shelf().get(ann), s.shelf().clock.Now(), Anna())
			return err
		}, want: []string{"address changed (subscriber)"}},
		{method: "ReturnAddress", before: func(s *Scene) {
			joins(s)
			s.shelf().moves(s.shelf().get(ann), "new@example.com")
		}, do: func(s *Scene) error {
			_, err := s.shelf().takesBack(s.shelf().get("new@example.com"), s.shelf().clock.Now(), Anna())
			return err
		}, want: []string{"address changed (subscriber)"}},
		{method: "Forget", before: joins, do: func(s *Scene) error { return s.Forget(s.t.Context(), ann, Anna()) },
			want: []string{"forgotten (subscriber)"}},
		{method: "Forget", name: "a suppressed address", before: func(s *Scene) {
			s.Must(s.Suppress(s.t.Context(), s.shelf().hash(ann), ann, subscribers.Complaint, Anna()))
		}, do: func(s *Scene) error { return s.Forget(s.t.Context(), ann, Anna()) }, want: []string{"forgotten ()"}},
		{method: "Suppress", before: joins, do: func(s *Scene) error {
			return s.Suppress(s.t.Context(), s.shelf().hash(ann), ann, subscribers.Manual, Anna())
		}, want: []string{"suppressed (subscriber)"}},
		{method: "Suppress", name: "for good", before: joins, do: func(s *Scene) error {
			return s.Suppress(s.t.Context(), s.shelf().hash(ann), "", subscribers.Erased, Anna())
		}, want: []string{"suppressed (subscriber)"}},
		{method: "Suppress", name: "nobody's address", do: func(s *Scene) error {
			return s.Suppress(s.t.Context(), s.shelf().hash(ann), ann, subscribers.Manual, Anna())
		}, want: []string{"suppressed ()"}},
		{method: "Lift", before: func(s *Scene) {
			joins(s)
			s.Must(s.Suppress(s.t.Context(), s.shelf().hash(ann), ann, subscribers.Manual, Anna()))
		}, do: func(s *Scene) error { return s.Lift(s.t.Context(), s.shelf().hash(ann), Anna()) },
			want: []string{"suppression lifted (subscriber)"}},
		{method: "ImportBatch", before: joins, do: func(s *Scene) error {
			rows := []subscribers.Row{{Line: 1, Address: s.shelf().address(ann), Status: subscribers.Unsubscribed},
				{Line: 2, Address: s.shelf().address("bob@example.com"), Status: subscribers.Active}}
			_, err := s.ImportBatch(s.t.Context(), rows, store.ImportOptions{By: Anna()})
			return err
		}, want: []string{"unsubscribed (subscriber)", "subscribed (subscriber)"}},

		{method: "StartIssue", do: func(s *Scene) error { s.Start(1); return nil },
			want: []string{"slot taken (slot)", "issue started (issue)"}},
		{method: "StartIssue", name: "and drops what is too old", do: func(s *Scene) error {
			start := Draft(1)
			start.Expired = []digest.Fate{{Candidate: digest.Candidate{Article: digest.Article{ID: 2}}}}
			_, err := s.StartIssue(s.t.Context(), s.Lease, start)
			return err
		}, want: []string{"slot taken (slot)", "article dropped (article)", "issue started (issue)"}},
		{method: "Mark", before: starts, do: func(s *Scene) error {
			return s.Mark(s.t.Context(), s.Lease, 1, digest.Waiting, "the relay is away")
		}, want: []string{"issue waiting (issue)"}},
		{method: "HoldIssue", before: starts, do: func(s *Scene) error { return s.HoldIssue(s.t.Context(), 1, "", Anna()) },
			want: []string{"issue held (issue)"}},
		{method: "ReleaseIssue", before: func(s *Scene) { starts(s); s.Must(s.HoldIssue(s.t.Context(), 1, "", Anna())) },
			do:   func(s *Scene) error { return s.ReleaseIssue(s.t.Context(), 1, "", Anna()) },
			want: []string{"issue sending (issue)"}},
		{method: "CancelIssue", before: starts, do: func(s *Scene) error { return s.CancelIssue(s.t.Context(), 1, "", Anna()) },
			want: []string{"issue cancelled (issue)"}},
		{method: "RestoreIssue", before: func(s *Scene) { starts(s); s.Must(s.CancelIssue(s.t.Context(), 1, "", Anna())) },
			do:   func(s *Scene) error { return s.RestoreIssue(s.t.Context(), 1, begin(), "", Anna()) },
			want: []string{"issue restored (issue)", "issue sending (issue)"}},
		{method: "Resolve", before: unknown, do: func(s *Scene) error {
			return s.Resolve(s.t.Context(), 1, reader1, delivery.Sent, Anna())
		}, want: []string{"delivery resolved (subscriber issue)"}},
		{method: "Resolve", name: "to be sent again", before: unknown, do: func(s *Scene) error {
			return s.Resolve(s.t.Context(), 1, reader1, delivery.Queued, Anna())
		}, want: []string{"delivery resolved (subscriber issue)"}},
		{method: "DecideSlot", do: func(s *Scene) error {
			return s.DecideSlot(s.t.Context(), schedule.Slot{At: begin(), Outcome: schedule.Skipped, Why: "thin"}, []int64{1}, nil, Anna())
		}, want: []string{"slot skipped (slot)"}},
		{method: "DecideSlot", name: "missed", do: func(s *Scene) error {
			return s.DecideSlot(s.t.Context(), schedule.Slot{At: begin(), Outcome: schedule.Missed}, nil, nil, Anna())
		}, want: []string{"slot missed (slot)"}},

		{method: "DropArticle", do: func(s *Scene) error { return s.DropArticle(s.t.Context(), 1, "no", Anna()) },
			want: []string{"article dropped (article)"}},
		{method: "RestoreArticle", before: func(s *Scene) { s.Must(s.DropArticle(s.t.Context(), 1, "no", Anna())) },
			do:   func(s *Scene) error { return s.RestoreArticle(s.t.Context(), 1, Anna()) },
			want: []string{"article restored (article)"}},
		{method: "RestoreArticle", name: "one that was skipped",
			before: func(s *Scene) { s.Must(ofArticle(1, func(a *digest.ArticleEdit) { a.Skip = true })(s)) },
			do:     func(s *Scene) error { return s.RestoreArticle(s.t.Context(), 1, Anna()) },
			want:   []string{"article restored (article)"}},
		{method: "AgainArticle", before: func(s *Scene) {
			s.issue(9)
			Exec(s.t, s.Base, `UPDATE article_states SET state = 'carried', issue_id = 9, owed_since = NULL WHERE article_id = 1`)
		}, do: func(s *Scene) error { return s.AgainArticle(s.t.Context(), 1, Anna()) },
			want: []string{"article owed again (article)"}},
		{method: "AddArticle", do: func(s *Scene) error {
			_, err := s.AddArticle(s.t.Context(), digest.Article{URL: "https://else.example/a", Title: "A"}, Anna())
			return err
		}, want: []string{"article added (article)"}},
		{method: "Edit", do: edit(func(e *digest.Edits) { e.Subject, e.Note = "One", "Two" }), want: []string{"subject edited ()", "note edited ()"}},
		{method: "Edit", name: "pin", do: ofArticle(1, func(a *digest.ArticleEdit) { a.Pin = true }),
			want: []string{"article pinned (article)"}},
		{method: "Edit", name: "skip what is pinned", before: func(s *Scene) {
			s.Must(ofArticle(1, func(a *digest.ArticleEdit) { a.Pin = true })(s))
		}, do: ofArticle(1, func(a *digest.ArticleEdit) { a.Skip, a.Pin = true, false }), want: []string{"article skipped (article)"}},
		{method: "Edit", name: "move", do: ofArticle(1, func(a *digest.ArticleEdit) { a.Position = 2 }),
			want: []string{"article moved (article)"}},
		{method: "Edit", name: "headline", do: ofArticle(1, func(a *digest.ArticleEdit) { a.Headline = "H" }),
			want: []string{"article headline edited (article)"}},
		{method: "Edit", name: "blurb", do: ofArticle(1, func(a *digest.ArticleEdit) { a.Blurb = "B" }),
			want: []string{"article blurb edited (article)"}},
		{method: "Revise", before: func(s *Scene) { s.Must(s.DropArticle(s.t.Context(), 1, "no", Anna())) },
			do: revise(1, digest.Owed), want: []string{"note edited ()", "article restored (article)"}},
		{method: "Revise", name: "to a drop", do: revise(1, digest.Dropped), want: []string{"note edited ()", "article dropped (article)"}},
		{method: "Revise", name: "to what it never owed", do: revise(1, digest.Baseline), want: []string{"note edited ()", "article no longer owed (article)"}},

		{method: "UnpublishIssue", before: starts, do: func(s *Scene) error {
			return errors.Join(s.UnpublishIssue(s.t.Context(), 1, "why", Anna()), s.UnpublishIssue(s.t.Context(), 1, "again", Anna()))
		}, want: []string{"issue unpublished (issue)"}},
		{method: "PublishIssue", before: func(s *Scene) {
			starts(s)
			s.Must(s.UnpublishIssue(s.t.Context(), 1, "why", Anna()))
		}, do: func(s *Scene) error {
			return errors.Join(s.PublishIssue(s.t.Context(), 1, "why", Anna()), s.PublishIssue(s.t.Context(), 1, "again", Anna()))
		}, want: []string{"issue published (issue)"}},
		{method: "CorrectIssue", before: isOut, do: func(s *Scene) error {
			return s.CorrectIssue(s.t.Context(), 1, "It is Gdynia.", Anna())
		}, want: []string{"issue corrected (issue)"}},
		{method: "RemoveCorrection", before: func(s *Scene) {
			isOut(s)
			s.Must(s.CorrectIssue(s.t.Context(), 1, "It is Gdynia.", Anna()))
		}, do: func(s *Scene) error { return s.RemoveCorrection(s.t.Context(), 1, Anna()) },
			want: []string{"correction removed (issue)"}},

		{method: "SaveReading", do: func(s *Scene) error {
			_, err := s.SaveReading(s.t.Context(), content.SourceReading{Reading: digest.Reading{Source: feed}, Err: "timeout", By: Anna()})
			return err
		}, want: []string{"source failing (source)"}},
		{method: "AcceptQuarantine", before: func(s *Scene) { s.shelf().quarantine(5) }, do: func(s *Scene) error {
			_, err := s.AcceptQuarantine(s.t.Context(), feed, Anna())
			return err
		}, want: []string{"quarantine accepted (source)"}},
		{method: "IgnoreQuarantine", before: func(s *Scene) { s.shelf().quarantine(5) }, do: func(s *Scene) error {
			_, err := s.IgnoreQuarantine(s.t.Context(), feed, Anna())
			return err
		}, want: []string{"quarantine ignored (source)"}},
		{method: "AcceptEmpty", before: func(s *Scene) {
			s.shelf().save(s.shelf().reading(item("ports", time.Hour)))
			s.shelf().save(s.shelf().reading())
		}, do: func(s *Scene) error {
			_, err := s.AcceptEmpty(s.t.Context(), feed, Anna())
			return err
		}, want: []string{"source may be empty (source)"}},
		{method: "RequestIssue", before: func(s *Scene) {
			issue := s.Start(1)
			s.MustTrade(issue, 1)
			s.MustTrade(issue, 0, To(1, delivery.Sent))
			joins(s)
		}, do: func(s *Scene) error {
			_, _, err := s.RequestIssue(s.t.Context(), s.shelf().get(ann).PublicID, Anna())
			return err
		}, want: []string{"asked for an issue (subscriber issue)"}},
		{method: "Label", before: joins, do: func(s *Scene) error {
			in := subscribers.Filter{Terms: []subscribers.Term{{Field: subscribers.FilterDomain, Value: "example.com"}}}
			l := store.Labelling{Labelling: subscribers.Labelling{Label: "vip"}, Where: in, By: Anna()}
			to, err := s.ToLabel(s.t.Context(), l.Labelling, l.Where, 0, 10)
			s.Must(err)
			_, err = s.Label(s.t.Context(), l, to.IDs)
			return err
		}, want: []string{"label added (subscriber)"}},
		{method: "RotateKey", do: func(s *Scene) error {
			return s.RotateKey(s.t.Context(), Anna())
		}, want: []string{"key rotated ()"}},
		{method: "Adopt", do: func(s *Scene) error {
			_, err := s.Adopt(s.t.Context(), store.AdoptOptions{By: Anna()})
			return err
		}, want: []string{"database adopted ()"}},
		{method: "PlayBack", before: joins, do: func(s *Scene) error {
			file := filepath.Join(s.t.TempDir(), "elsewhere.left")
			line := fmt.Sprintf("%s left %s -\n", engine.TimeText(begin().Add(time.Minute)), s.shelf().get(ann).PublicID)
			s.Must(os.WriteFile(file, []byte(line), 0o600))
			_, err := s.PlayBack(s.t.Context(), []string{file}, Anna())
			return err
		}, want: []string{"unsubscribed (subscriber)"}},
	})
}

// Every change is on record once, with who did it.
func (e suite) TestEveryChangeIsOnRecord(t *testing.T) {
	t.Parallel()
	for _, c := range changes() {
		t.Run(strings.TrimSpace(c.method+" "+c.name), func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 2, 3)
			if c.before != nil {
				c.before(s)
			}
			last := One[int64](t, s.Base, `SELECT coalesce(max(id), 0) FROM events`)
			s.Must(c.do(s))
			Equal(t, "on record", s.happened(last), c.want)
			if n := One[int](t, s.Base, `SELECT count(*) FROM events WHERE id > ? AND actor = 'command_line' AND actor_name = 'anna'`, last); n != len(c.want) {
				t.Errorf("%d of %d are anna's", n, len(c.want))
			}
		})
	}
}

// Whoever adds a change adds a case above.
func (e suite) TestEveryActorHasACase(t *testing.T) {
	t.Parallel()
	methods := reflect.TypeFor[*store.Store]()
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		takes := false
		for arg := range m.Type.NumIn() {
			takes = takes || hasActor(m.Type.In(arg))
		}
		has := slices.ContainsFunc(changes(), func(c recorded) bool { return c.method == m.Name })
		if takes && !has && !slices.Contains([]string{"AcquireLease", "Enlist", "Move", "Records"}, m.Name) { // of the first two StartIssue and Mark put the actor on record; Move is in move.go; Records changes nothing
			t.Errorf("%s takes an actor, and no case says what it puts on record", m.Name)
		}
	}
}

// hasActor reports whether an argument says who does something. A lease does too,
// but most of what is done under it is about deliveries, which have a record of their own.
func hasActor(arg reflect.Type) bool {
	if arg == reflect.TypeFor[subscribers.Actor]() {
		return true
	}
	if arg.Kind() != reflect.Struct || arg == reflect.TypeFor[delivery.Lease]() {
		return false
	}
	for i := range arg.NumField() {
		if arg.Field(i).Type == reflect.TypeFor[subscribers.Actor]() {
			return true
		}
	}
	return false
}

// The schema takes every kind of actor and no other, and a name of no reader.
func (e suite) TestKindsOfActors(t *testing.T) {
	t.Parallel()
	b := e.open(t)
	db := Raw(t, b)
	insert := func(kind subscribers.ActorKind, name string) error {
		_, err := db.Exec(`INSERT INTO events (newsletter_id, what, actor, actor_name, at) VALUES (1, 'x', ?, ?, '')`, kind, name)
		return err
	}
	for _, kind := range subscribers.ActorKinds() {
		if err := insert(kind, ""); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		named := kind != subscribers.Reader && kind != subscribers.OneClick
		if err := insert(kind, "ann@example.com"); (err == nil) != named {
			t.Errorf("%s by name: %v, want it taken: %v", kind, err, named)
		}
	}
	for _, kind := range []subscribers.ActorKind{"", "somebody"} {
		if insert(kind, "") == nil {
			t.Errorf("kind %q was taken", kind)
		}
	}
}

// happened are the events after one, in their order: "what (of what)".
func (s *Scene) happened(after int64) []string {
	s.t.Helper()
	return Texts(s.t, s.Base, `
		SELECT what || ' (' || trim(
			CASE WHEN subscriber_id IS NOT NULL THEN 'subscriber ' ELSE '' END ||
			CASE WHEN article_id IS NOT NULL THEN 'article ' ELSE '' END ||
			CASE WHEN issue_id IS NOT NULL THEN 'issue ' ELSE '' END ||
			CASE WHEN source_id IS NOT NULL THEN 'source ' ELSE '' END ||
			CASE WHEN slot IS NOT NULL THEN 'slot' ELSE '' END) || ')'
		FROM events
		WHERE id > ?
		ORDER BY id`, after)
}

// shelf is what tests of the list need, over the scene's database.
func (s *Scene) shelf() *shelf { return &shelf{s.Base} }

// issue makes an issue of this number behind the store's back.
func (s *Scene) issue(number int) { s.shelf().issue(number, digest.Sent) }
