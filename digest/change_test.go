package digest_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/digest"
)

func TestApplyChange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before digest.ArticleEdit
		change digest.Change
		want   digest.ArticleEdit
	}{
		{"pin takes back a skip", digest.ArticleEdit{Skip: true}, digest.Change{Do: digest.DoPin}, digest.ArticleEdit{Pin: true}},
		{"unpin takes back a place", digest.ArticleEdit{Pin: true, Position: 2}, digest.Change{Do: digest.DoUnpin}, digest.ArticleEdit{}},
		{"skip takes back a pin", digest.ArticleEdit{Pin: true, Position: 2, Headline: "Mine"}, digest.Change{Do: digest.DoSkip},
			digest.ArticleEdit{Skip: true, Headline: "Mine"}},
		{"a headline is compared with upstream anew", digest.ArticleEdit{Headline: "Mine", UpstreamTitle: "Old"},
			digest.Change{Do: digest.DoHeadline, Text: "Mine"}, digest.ArticleEdit{Headline: "Mine"}},
		{"an empty blurb takes it back", digest.ArticleEdit{Blurb: "Mine", UpstreamBlurb: "Old", Pin: true},
			digest.Change{Do: digest.DoBlurb}, digest.ArticleEdit{Pin: true}},
		{"a move to nowhere takes the move back", digest.ArticleEdit{Section: "Opinion", Position: 3, Pin: true},
			digest.Change{Do: digest.DoMove}, digest.ArticleEdit{Pin: true}},
		{"a section alone", digest.ArticleEdit{Position: 3, Skip: true}, digest.Change{Do: digest.DoMove, Section: "opinion"},
			digest.ArticleEdit{Section: "Opinion"}},
		{"a place past the end", digest.ArticleEdit{}, digest.Change{Do: digest.DoMove, Place: 99}, digest.ArticleEdit{Position: 2}},
		{"a place alone", digest.ArticleEdit{}, digest.Change{Do: digest.DoMove, Place: 2}, digest.ArticleEdit{Position: 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			edits := digest.Edits{Articles: map[int64]digest.ArticleEdit{1: tt.before}}
			tt.change.Article = 1
			printed := []digest.IssueSection{{Title: "Analysis", Articles: []digest.Printed{
				{Article: digest.Article{ID: 1}}, {Article: digest.Article{ID: 2}},
			}}}
			if err := tt.change.Apply(&edits, printed, []string{"Analysis", "Opinion"}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, edits.Articles[1]); diff != "" {
				t.Errorf("the edit differs:\n%s", diff)
			}
		})
	}
}

// A text that somebody edited since it was seen is not replaced.
func TestApplyChangeToWhatWasSeen(t *testing.T) {
	t.Parallel()
	now := digest.Edits{Subject: "Theirs", Note: "\n Theirs\n", Articles: map[int64]digest.ArticleEdit{1: {Headline: "Theirs"}}}
	for _, tt := range []struct {
		name, was, text string
		do              digest.Verb
		refused         bool
	}{
		{"as it was", "Theirs", "Mine", digest.DoSubject, false},
		{"but for blanks around it", "Theirs", "Mine", digest.DoNote, false},
		{"edited since", "Before", "Mine", digest.DoSubject, true},
		{"edited first since", "", "Mine", digest.DoHeadline, true},
		{"edited by nobody", "", "Mine", digest.DoBlurb, false},
		{"taken back since", "Before", "Mine", digest.DoPreheader, true},
		{"to the same", "Before", "Theirs", digest.DoSubject, false},
	} {
		c := digest.Change{Do: tt.do, Article: 1, Text: tt.text, Was: &tt.was}
		edits := now
		edits.Articles = maps.Clone(now.Articles)
		err := c.Apply(&edits, nil, nil)
		var refused *digest.ChangeError
		if got := errors.As(err, &refused) && refused.Code == digest.EditedSince; got != tt.refused {
			t.Errorf("%s: got %v", tt.name, err)
		}
		want := tt.text
		if tt.refused {
			want = now.Text(tt.do, 1)
		}
		if got := edits.Text(tt.do, 1); got != want {
			t.Errorf("%s: the text is %q, want %q", tt.name, got, want)
		}
	}
}

func TestApplyChangeToTheIssue(t *testing.T) {
	t.Parallel()
	var edits digest.Edits
	for _, c := range []digest.Change{
		{Do: digest.DoSubject, Text: "A subject"},
		{Do: digest.DoPreheader, Text: "A preheader"},
		{Do: digest.DoNote, Text: "Dear all"},
		{Do: digest.DoPreheader},
	} {
		if err := c.Apply(&edits, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if want := (digest.Edits{Subject: "A subject", Note: "Dear all"}); !cmp.Equal(want, edits) {
		t.Errorf("edits = %+v, want %+v", edits, want)
	}
}

func TestChangeRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		change        digest.Change
		message, hint string
	}{
		{"unknown verb", digest.Change{Do: "pni", Article: 1}, `"pni" is nothing that can be done`, "pin, unpin"},
		{"no article", digest.Change{Do: digest.DoPin}, "which article", "by its id"},
		{"place below one", digest.Change{Do: digest.DoMove, Article: 1, Place: -1}, "count from 1", ""},
		{"too long", digest.Change{Do: digest.DoSubject, Text: strings.Repeat("ü", 151)}, "a subject of 151 characters", "at most 150"},
		{"in Latin-1", digest.Change{Do: digest.DoNote, Text: "Gr\xfc\xdfe"}, "that note is not text in UTF-8", "saved in UTF-8"},
		{"a picture", digest.Change{Do: digest.DoBlurb, Article: 1, Text: "GIF89a\x00"}, "that blurb is not text in UTF-8", "saved in UTF-8"},
		{"nothing to be seen", digest.Change{Do: digest.DoHeadline, Article: 1, Text: " \u200b\u00ad"}, "nothing of that headline", ""},
		{"misspelt section", digest.Change{Do: digest.DoMove, Article: 1, Section: "Analysi"}, `no section "Analysi"`, `did you mean "Analysis"?`},
		{"section of another paper", digest.Change{Do: digest.DoMove, Article: 1, Section: "Sport"}, `no section "Sport"`, "there are Analysis, Opinion"},
		{"a place of an article that is not in", digest.Change{Do: digest.DoMove, Article: 9, Place: 1}, "not in the issue", "name the section"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			change, err := tt.change.Clean()
			if err == nil {
				err = change.Apply(&digest.Edits{}, nil, []string{"Analysis", "Opinion"})
			}
			var refused *digest.ChangeError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a *ChangeError", err)
			}
			if !strings.Contains(refused.Message, tt.message) || !strings.Contains(refused.Hint, tt.hint) {
				t.Errorf("got %q, %q; want %q, %q in them", refused.Message, refused.Hint, tt.message, tt.hint)
			}
		})
	}
}

// Whatever was moved before, an article moved within a section stands where the
// editor put it, and the order of the others is the one the editor saw.
func TestMovesAreWhatTheEditorSees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var candidates []digest.Candidate
		for id := range int64(rapid.IntRange(2, 7).Draw(t, "articles")) {
			candidates = append(candidates, owed(id+1))
		}
		edits := digest.Edits{Articles: map[int64]digest.ArticleEdit{}}
		rules := digest.Rules{Sections: []digest.Section{{Title: "All", Rest: true}}}
		choose := func() ([]digest.IssueSection, []int64) {
			s := digest.Choose(rules, edits, candidates, digest.Moment{Now: slotAt})
			var ids []int64
			for _, a := range s.Sections[0].Articles {
				ids = append(ids, a.ID)
			}
			return s.Sections, ids
		}
		placed := map[int64]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "moves") {
			sections, before := choose()
			id := rapid.SampledFrom(before).Draw(t, "article")
			to := rapid.IntRange(1, len(before)).Draw(t, "place")
			move := digest.Change{Do: digest.DoMove, Article: id, Place: to}
			if err := move.Apply(&edits, sections, []string{"All"}); err != nil {
				t.Fatal(err)
			}
			placed[id] = true
			_, after := choose()
			if after[to-1] != id {
				t.Fatalf("%d moved from %v to place %d: %v", id, before, to, after)
			}
			if want, got := only(before, placed, id), only(after, placed, id); !slices.Equal(want, got) {
				t.Fatalf("those placed before stood as %v, now as %v", want, got)
			}
		}
	})
}

// only keeps the articles that were placed by hand, but for one.
func only(ids []int64, placed map[int64]bool, but int64) []int64 {
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return !placed[id] || id == but })
}

func TestTheSectionLeftClosesUp(t *testing.T) {
	t.Parallel()
	printed := []digest.IssueSection{{Title: "Analysis"}, {Title: "Opinion"}}
	for id := range int64(3) {
		printed[0].Articles = append(printed[0].Articles, digest.Printed{Article: digest.Article{ID: id + 1}})
	}
	edits := digest.Edits{Articles: map[int64]digest.ArticleEdit{2: {Position: 2}}}
	away := digest.Change{Do: digest.DoMove, Article: 1, Section: "Opinion"}
	if err := away.Apply(&edits, printed, []string{"Analysis", "Opinion"}); err != nil {
		t.Fatal(err)
	}
	if got := edits.Articles[2].Position; got != 1 {
		t.Errorf("the second of the section is wished at place %d, want 1", got)
	}
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	changed := owed(1)
	changed.Title, changed.Dek = "New", "New dek"
	edits := digest.Edits{Articles: map[int64]digest.ArticleEdit{
		1: {Headline: "Mine", UpstreamTitle: "Old", Blurb: "My blurb", UpstreamBlurb: "New dek"},
		2: {Headline: "Mine", UpstreamTitle: "Article 2"},
		3: {Headline: "Of an article long gone", UpstreamTitle: "Old"},
	}}
	got := edits.Conflicts([]digest.Candidate{owed(2), changed})
	want := []digest.Conflict{{Article: 1, Do: digest.DoHeadline, Edited: "Mine", Was: "Old", Upstream: "New"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conflicts differ:\n%s", diff)
	}
}
