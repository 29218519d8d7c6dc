package readers_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"roundup/internal/language"
	"roundup/subscribers"
	"roundup/web/readers"
)

// TestPagesSpeakTheLanguage opens every page in every language.
func TestPagesSpeakTheLanguage(t *testing.T) {
	t.Parallel()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte{7}, 32)}}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	id := subscribers.PublicID{1, 2, 3}
	way := func(p subscribers.Purpose) string { return "/u/" + keys.Token(p, id) }
	for _, tag := range append(language.Known(), "pt-PT", "sv", "he") {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			l := &list{id: id}
			h, err := readers.New(readers.Options{Name: "The Weekly", Language: tag, Keyring: keys, Readers: l, Own: l, Now: noon, AnswersRead: true,
				Archive: &archive{}, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			words := language.WordsFor(tag)
			language, direction := words.Language(), "ltr"
			if tag == "ar" {
				direction = "rtl"
			}
			if (tag == "sv" || tag == "he") && language != "en" {
				t.Errorf("%s: the words are in %s, want en", tag, language)
			}
			for _, tt := range []struct {
				method, path string
				err          error
				says         []string
			}{
				{http.MethodGet, "/me/" + keys.Token(subscribers.PurposeOwn, id), nil, []string{words.Me.Title, words.Me.Name, words.Me.PauseHow, words.Me.EraseHow, words.Me.EraseButton}},
				{http.MethodGet, way(subscribers.PurposeUnsubscribe), nil, []string{words.Pages.Leave, words.Pages.LeaveHow, words.Unsubscribe}},
				{http.MethodPost, way(subscribers.PurposeUnsubscribe), nil, []string{words.Pages.Left, words.Pages.LeftSaid, words.Leaving.Undo, words.Leaving.Why, words.Leaving.WhySend, words.Choosing.LessAfter, words.Choosing.BackPause}},
				{http.MethodPost, way(subscribers.PurposeUnsubscribe), errors.New("disk full"), []string{words.Pages.Fault, words.Pages.FaultHelp}},
				{http.MethodGet, way(subscribers.PurposeTest), nil, []string{words.Pages.Test, words.Pages.TestSaid}},
				{http.MethodGet, "/u/x", nil, []string{words.Pages.BadLink, words.Pages.BadLinkHelp, words.Pages.BadLinkButton, words.Pages.BadLinkAsk}},
				{http.MethodGet, "/issues/99", nil, []string{words.Pages.NoIssue, words.Pages.NoIssueHelp}},
				{http.MethodPost, "/issues/99", nil, []string{words.Pages.ReadOnly}},
				{http.MethodGet, "/nothing", nil, []string{words.Pages.Missing}},
			} {
				l.err = tt.err
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, nil))
				page := html.UnescapeString(rec.Body.String())
				if want := `<html lang="` + language + `" dir="` + direction + `">`; !strings.Contains(page, want) {
					t.Errorf("%s %s: no %s", tt.method, tt.path, want)
				}
				for _, text := range tt.says {
					if want := words.Fill(text, "name", "The Weekly"); !strings.Contains(page, ">"+want+"<") {
						t.Errorf("%s %s: no %q in\n%s", tt.method, tt.path, want, page)
					}
				}
			}
		})
	}
}
