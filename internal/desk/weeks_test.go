package desk_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

const weekly = `newsletter:
  name: The Weekly
  postal_address: "1 Main St"
  timezone: Europe/Berlin
mail: {from: weekly@magazine.example, unsubscribe: leave@magazine.example}
sources: [{url: WWW/feed.xml}]
digest: {min_articles: 1, max_articles: 100}
schedule: {cron: "0 7 * * FRI"}
fetch: {allow_private: true, interval: 2h}
notify: {url: WWW/hook}
smtp: {host: 127.0.0.1, port: PORT, tls: none}
`

// weeks are a newsletter's six weeks, and a feed of the five newest articles of
// a magazine that publishes several a day.
type weeks struct {
	t         *testing.T
	cfg       *config.Config
	desk      *desk.Desk
	store     *store.Store
	now       time.Time
	gets      int      // of the feed
	unchanged int      // of these, those answered with 304
	told      []string // the notices, in their order
}

// newsOf is news by its kind and the number it is about.
func newsOf(n desk.News) desk.Notice {
	return desk.Notice{Subject: fmt.Sprintf("%s %d", n.Kind, n.Issue.Number+n.Source.Quarantined)}
}

// title is what an article is called: when it came out.
const title = "2006-01-02-1504"

var (
	firstMonday = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	lastMonday  = firstMonday.AddDate(0, 0, 42)
	// In the second week the feed can't be read for a day and a half.
	outage = [2]time.Time{firstMonday.AddDate(0, 0, 8).Add(3 * time.Hour), firstMonday.AddDate(0, 0, 9).Add(15*time.Hour + 15*time.Minute)}
	// In the fourth it shows twelve old articles besides, for a day.
	archive = [2]time.Time{firstMonday.AddDate(0, 0, 22).Add(8 * time.Hour), firstMonday.AddDate(0, 0, 23).Add(8 * time.Hour)}
)

// published lists what came out up to a moment, oldest first. Slots are at six:
// one article comes just before, one just after.
func published(until time.Time) (all []time.Time) {
	for day := firstMonday.AddDate(0, 0, -3); day.Before(until); day = day.AddDate(0, 0, 1) {
		for _, clock := range []string{"5h58m", "6h1m", "9h13m", "12h40m", "15h5m", "18h30m", "22h55m"} {
			after, _ := time.ParseDuration(clock)
			if at := day.Add(after); !at.After(until) {
				all = append(all, at)
			}
		}
	}
	return all
}

func during(span [2]time.Time, t time.Time) bool { return !t.Before(span[0]) && t.Before(span[1]) }

func (w *weeks) answer(rw http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		var n struct{ Subject string }
		text, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(text, &n)
		w.told = append(w.told, n.Subject)
		return
	}
	w.gets++
	if during(outage, w.now) {
		http.Error(rw, "no", http.StatusServiceUnavailable)
		return
	}
	var items strings.Builder
	write := func(name string, at time.Time) {
		fmt.Fprintf(&items, "<item><title>%s</title><link>https://m.example/%s</link><pubDate>%s</pubDate></item>\n", name, name, at.Format(time.RFC1123Z))
	}
	for _, at := range slices.Backward(newest(w.now)) {
		write(at.Format(title), at)
	}
	if during(archive, w.now) {
		for i := range 12 {
			write(fmt.Sprintf("archive-%d", i), firstMonday.AddDate(-1, 0, -i))
		}
	}
	tag := fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256([]byte(items.String())))[:16])
	rw.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.unchanged++
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprintf(rw, `<rss version="2.0"><channel><title>M</title>%s</channel></rss>`, items.String())
}

func newWeeks(t *testing.T) *weeks {
	t.Helper()
	w := &weeks{t: t, now: firstMonday}
	www := httptest.NewServer(http.HandlerFunc(w.answer))
	t.Cleanup(www.Close)
	relay := smtptest.Start(t, smtptest.Options{})
	file := filepath.Join(t.TempDir(), "roundup.yaml")
	text := strings.NewReplacer("WWW", www.URL, "PORT", fmt.Sprint(relay.Port())).Replace(weekly)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.cfg, err = config.Load(file, nil); err != nil {
		t.Fatal(err)
	}
	if w.store, _, err = sqlite.Create(t.Context(), string(w.cfg.Database), sqlite.Options{Now: w.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	reader, err := subscribers.ParseAddress("anna@readers.example")
	if err != nil {
		t.Fatal(err)
	}
	who := subscribers.Subscriber{Email: reader.Envelope(), Key: reader.Key, Status: subscribers.Active}
	if _, err := w.store.Add(t.Context(), who, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	w.restart()
	return w
}

func (w *weeks) clock() time.Time { return w.now }

// restart makes a desk that remembers only what the database does.
func (w *weeks) restart() {
	w.t.Helper()
	var err error
	w.desk, err = desk.New(w.t.Context(), desk.Options{Config: w.cfg, Store: w.store, Now: w.clock, Version: "test", Log: slog.New(slog.DiscardHandler), Words: newsOf, By: storetest.Anna()})
	if err != nil {
		w.t.Fatal(err)
	}
}

// owed lists what the issue of a slot is to carry: what came out since the one
// before and was ever shown while the feed could be read.
func owed(slot time.Time) (titles []string) {
	for _, at := range published(slot) {
		seen := !during(outage, at) || slices.Contains(newest(outage[1]), at)
		known := at.After(firstMonday) || slices.Contains(newest(firstMonday), at)
		if at.After(slot.AddDate(0, 0, -7)) && seen && known {
			titles = append(titles, at.Format(title))
		}
	}
	return titles
}

// newest lists what the feed shows.
func newest(at time.Time) []time.Time {
	all := published(at)
	return all[max(len(all)-5, 0):]
}

// judge looks back at the six weeks.
func (w *weeks) judge() {
	w.t.Helper()
	for week := range 6 {
		issue, err := w.store.Issue(w.t.Context(), week+1)
		if err != nil {
			w.t.Fatal(err)
		}
		var titles []string
		for _, a := range issue.Articles() {
			titles = append(titles, a.Headline)
		}
		slices.Sort(titles)
		if diff := cmp.Diff(owed(firstMonday.AddDate(0, 0, 4+7*week).Add(6*time.Hour)), titles); diff != "" {
			w.t.Errorf("issue %d, want (-) and got (+):\n%s", week+1, diff)
		}
	}
	if _, err := w.store.Issue(w.t.Context(), 7); err == nil {
		w.t.Error("there is a seventh issue")
	}
	if diff := cmp.Diff([]string{
		"The Weekly: issue over 1",
		"The Weekly: source fails 0",
		"The Weekly: source reads 0",
		"The Weekly: issue over 2",
		"The Weekly: issue over 3",
		"The Weekly: quarantined 12",
		"The Weekly: issue over 4",
		"The Weekly: issue over 5",
		"The Weekly: issue over 6",
	}, w.told); diff != "" {
		w.t.Errorf("told, want (-) and got (+):\n%s", diff)
	}
	// Once an interval, and every ten minutes at most while the feed fails.
	if least, most := 42*6, 42*12+6+37*6; w.gets < least || w.gets > most {
		w.t.Errorf("the feed was asked for %d times, want %d to %d", w.gets, least, most)
	}
	if w.unchanged < w.gets/5 {
		w.t.Errorf("%d of %d readings were answered with 304: seven articles a day come out", w.unchanged, w.gets)
	}
}

// TestSixWeeks lives six weeks on the timer alone and on the daemon alone: the
// same articles are in the same issues, and the editor is told the same.
func TestSixWeeks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		live func(*weeks)
	}{
		{"timer", func(w *weeks) { // `roundup send`, each run a process of its own
			for w.now = firstMonday.Add(3 * time.Minute); w.now.Before(lastMonday); w.now = w.now.Add(40 * time.Minute) {
				w.restart()
				_, err := w.desk.Run(w.t.Context(), desk.RunOptions{})
				if err = errors.Join(err, w.desk.Tell(w.t.Context())); err != nil {
					w.t.Fatalf("%s: %v", w.now, err)
				}
			}
		}},
		{"daemon", func(w *weeks) { // `roundup serve`
			daemon := desk.NewDaemon(w.desk, desk.RunOptions{}, func(_ desk.Result, err error) {
				if err != nil {
					w.t.Errorf("%s: %v", w.now, err)
				}
			})
			for w.now = firstMonday.Add(time.Minute); w.now.Before(lastMonday); w.now = w.now.Add(desk.UntilSlot(w.desk, 17*time.Minute)) {
				daemon.Turn(w.t.Context())
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWeeks(t)
			tt.live(w)
			w.judge()
		})
	}
}
