package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/config"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// gallery is a desk whose feed has so many articles, each with a picture that
// shrinks badly, and a server that counts how often it is asked for one.
type gallery struct {
	desk  *desk.Desk
	now   time.Time
	asked atomic.Int32
	gone  atomic.Bool   // the server has no pictures any more
	stall chan struct{} // closed once a picture is asked for; nil: they are answered
}

func newGallery(t *testing.T, articles int, change ...string) *gallery {
	t.Helper()
	g := &gallery{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	file := noisy(t)
	www := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.asked.Add(1)
		switch {
		case g.stall != nil:
			close(g.stall)
			<-r.Context().Done()
		case g.gone.Load():
			http.NotFound(w, r)
		default:
			_, _ = w.Write(file)
		}
	}))
	t.Cleanup(www.Close)
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>M</title>`)
	for i := range articles {
		fmt.Fprintf(&feed, `<item><title>Article %d</title><link>https://m.example/%d</link><description>What it says.</description>`+
			`<pubDate>%s</pubDate><media:content url="%s/%d.jpg" medium="image"/></item>`,
			i, i, g.now.Add(-time.Hour).Format(time.RFC1123Z), www.URL, i)
	}
	feed.WriteString("</channel></rss>")
	dir := t.TempDir()
	text := "newsletter: {name: The Weekly, postal_address: 1 Main St}\nmail: {from: weekly@magazine.example}\nsmtp: {host: 127.0.0.1}\n" +
		"sources: [{path: feed.xml}]\ndigest: {min_articles: 1, max_articles: 60, images: embed}\nfetch: {allow_private: true}\n"
	text = strings.NewReplacer(change...).Replace(text)
	for name, content := range map[string]string{"feed.xml": feed.String(), "roundup.yaml": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(dir, "roundup.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return g.now }
	st, _, err := sqlite.Create(t.Context(), string(cfg.Database), sqlite.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if g.desk, err = desk.New(t.Context(), desk.Options{Config: cfg, Store: st, Now: now, Version: "test", Log: slog.New(slog.DiscardHandler), By: storetest.Anna()}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g
}

// noisy is a photograph of snow: the largest file for its pixels.
func noisy(t *testing.T) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewGray(image.Rect(0, 0, 440, 440))
	for i := range m.Pix {
		m.Pix[i] = byte(random.UintN(256))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (g *gallery) preview(t *testing.T) planner.Plan {
	t.Helper()
	p, err := g.desk.Preview(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A mail has room for so much, in its own order; the rest is linked, and said.
func TestPicturesHaveRoom(t *testing.T) {
	t.Parallel()
	g := newGallery(t, 52, "allow_private: true", "allow_private: true, timeout: 1m")
	p := g.preview(t)
	together := 0
	for _, picture := range p.Pictures {
		if together += len(picture.Data); len(picture.Data) > 200<<10 {
			t.Errorf("%s has %d bytes, more than 200 kB", picture.Source, len(picture.Data))
		}
	}
	if together > 2<<20 || len(p.Remarks) == 0 || len(p.Pictures)+len(p.Remarks) != 52 {
		t.Fatalf("%d pictures of %d bytes and %d remarks for 52 articles", len(p.Pictures), together, len(p.Remarks))
	}
	for _, r := range p.Remarks {
		if !r.Warning || !strings.Contains(r.Text, "the mail's pictures have 2048 kB together") {
			t.Errorf("got %+v", r)
		}
	}
	m, err := g.desk.Draft(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(m.HTML, `src="http://`); got != len(p.Remarks) {
		t.Errorf("%d pictures are linked, want the %d that have no room", got, len(p.Remarks))
	}
	if strings.Contains(m.Shown, "cid:") || !strings.Contains(m.HTML, "cid:") {
		t.Error("what is shown must have the pictures that the HTML names")
	}
}

// A preview is looked at from many sides: each picture is fetched once, and
// again when it has grown old, or soon where it could not be had.
func TestPicturesAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	g := newGallery(t, 2)
	after := func(d time.Duration, asked int32, remarks int) {
		t.Helper()
		g.now = g.now.Add(d)
		p := g.preview(t)
		if got := g.asked.Load(); got != asked || len(p.Remarks) != remarks {
			t.Errorf("asked %d times with %d remarks, want %d and %d", got, len(p.Remarks), asked, remarks)
		}
	}
	after(0, 2, 0)
	after(0, 2, 0)
	after(14*time.Minute, 2, 0)
	g.gone.Store(true)
	after(2*time.Minute, 4, 2)
	after(30*time.Second, 4, 2)
	g.gone.Store(false)
	after(time.Minute, 6, 0)
}

// Whoever stops the program does not want an issue without its pictures.
func TestPicturesStopped(t *testing.T) {
	t.Parallel()
	g := newGallery(t, 1)
	g.stall = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { <-g.stall; cancel() }()
	if _, err := g.desk.Preview(ctx, time.Time{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
