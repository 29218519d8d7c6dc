package desk_test

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"roundup/internal/desk"
)

// A daemon says once that it does not use a changed configuration: in the log at once, and
// to the editor when nobody has started it anew by then.
func TestAChangedConfigurationIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	was, err := os.ReadFile(b.cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	var log bytes.Buffer
	open := func() *desk.Daemon {
		b.open(t, func(o *desk.Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
			o.Words = func(n desk.News) desk.Notice { return desk.Notice{Subject: string(n.Kind), Text: "T"} }
		})
		return desk.NewDaemon(b.desk, desk.RunOptions{}, func(desk.Result, error) {})
	}
	daemon := open()
	another := string(was) + "# changed\n"
	for _, step := range []struct {
		name         string
		text         string // "" where the file is not there
		after        time.Duration
		logged, told int // in all
		anew         bool
	}{
		{name: "as it was", text: string(was)},
		{name: "being replaced", text: ""},
		{name: "changed", text: another, logged: 1},
		{name: "still", text: another, after: 5 * time.Minute, logged: 1},
		{name: "for ten minutes", text: another, after: 5 * time.Minute, logged: 1, told: 1},
		{name: "for a day", text: another, after: 24 * time.Hour, logged: 1, told: 1},
		{name: "taken back", text: string(was), logged: 1, told: 1},
		{name: "changed again", text: another, logged: 2, told: 1},
		{name: "for an hour", text: another, after: time.Hour, logged: 2, told: 2},
		{name: "started anew", text: another, logged: 2, told: 2, anew: true},
		{name: "changed once more", text: string(was), logged: 3, told: 2},
		{name: "for another hour", text: string(was), after: time.Hour, logged: 3, told: 3},
	} {
		if err := os.Remove(b.cfg.Path); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if step.text != "" {
			if err := os.WriteFile(b.cfg.Path, []byte(step.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if step.anew {
			daemon = open()
		}
		b.now = b.now.Add(step.after)
		daemon.Turn(t.Context())
		told := 0
		for _, m := range b.relay.Mails() {
			if strings.Contains(string(m.Data), string(desk.ConfigChanged)) {
				told++
			}
		}
		if logged := strings.Count(log.String(), "configuration has changed"); logged != step.logged || told != step.told {
			t.Errorf("%s: logged %d times, want %d; told %d times, want %d", step.name, logged, step.logged, told, step.told)
		}
	}
}
