package setup

import (
	"testing"

	"roundup/internal/check/finding"
	"roundup/internal/remedy"
)

func TestWorded(t *testing.T) {
	t.Parallel()
	got := worded(finding.Finding{
		Detail: "No. 1; ", InDetail: remedy.Remedy{Code: remedy.NoSchedule},
		Hint: "failing since Monday", Do: remedy.Remedy{Code: remedy.AcceptEmpty, About: "https://a.example/feed"},
	})
	want := finding.Finding{
		Detail: "No. 1; no schedule is set: it goes out by `roundup send --now`",
		Hint:   "failing since Monday; if it may be empty: `roundup sources accept https://a.example/feed`",
	}
	if got.Detail != want.Detail || got.Hint != want.Hint || got.Do != want.Do || got.InDetail != want.InDetail {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
