package desk_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"roundup/internal/desk"
	"roundup/store/engine"
)

func TestAttendantSaysWhatWasNotDone(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	log := slog.New(slog.NewTextHandler(&got, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	away, odd := engine.ErrAway, errors.New("odd")
	desk.SayRounds(log, [3]error{}, [3]error{away, nil, away}, [3]error{away, nil, away}, [3]error{}, [3]error{}, [3]error{nil, odd, nil}, [3]error{})
	want := `level=ERROR msg="sources were not read, what is kept for a time only was not erased" error="the database server is away\nthe database server is away"
level=INFO msg="the database answers again"
level=ERROR msg="the editor was not told" error=odd
`
	if got.String() != want {
		t.Errorf("got %s, want %s", got.String(), want)
	}
}
