package main

import (
	"strings"
	"testing"

	"roundup/internal/check/finding"
)

// Every remedy has words, and says what it is about.
func TestRemedyWords(t *testing.T) {
	t.Parallel()
	for _, code := range finding.Codes() {
		words := remedyWords(finding.Remedy{Code: code, About: "7"})
		if words == "" || strings.Contains(words, "ABOUT") {
			t.Errorf("%s is worded %q", code, words)
		}
	}
}

func TestWorded(t *testing.T) {
	t.Parallel()
	got := worded(finding.Finding{
		Detail: "No. 1; ", Aside: finding.Remedy{Code: finding.NoSchedule},
		Hint: "failing since Monday", Do: finding.Remedy{Code: finding.AcceptEmpty, About: "https://a.example/feed"},
	})
	want := finding.Finding{
		Detail: "No. 1; no schedule is set: it goes out by `roundup send --now`",
		Hint:   "failing since Monday; if it may be empty: `roundup sources accept https://a.example/feed`",
	}
	if got.Detail != want.Detail || got.Hint != want.Hint || got.Do != want.Do || got.Aside != want.Aside {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
