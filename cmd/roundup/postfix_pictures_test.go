package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
)

// TestPicturesThroughPostfix sends an issue with pictures in it and a note, to
// readers of whom some gave a name, through Debian's Postfix into a maildir: what
// arrived shows each picture it names, and greets each reader.
func TestPicturesThroughPostfix(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	s := &site{t: t, dir: t.TempDir(), port: p.port}
	s.fill(3)
	s.illustrate(pictureServer(t))
	greetings := map[string]string{
		"r1@readers.example": "Dear reader,",
		"r2@readers.example": "Dear Zoë <b>Groß</b>,",
		"r3@readers.example": "Dear \u2067ليلى حداد\u2069,",
	}
	s.must("subscribers", "change", "r2@readers.example", "--name", "Zoë <b>Groß</b>")
	s.must("subscribers", "change", "r3@readers.example", "--name", "ليلى حداد")
	s.must("send", "--now", "--yes")
	for _, file := range p.arrived(t, len(greetings)) {
		raw := read(t, file)
		e, err := message.Read(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		to := e.Header.Get("Delivered-To")
		greeting, ok := greetings[to]
		if !ok {
			t.Fatalf("%s: a mail nobody waits for, or a second one", to)
		}
		delete(greetings, to)
		dir := t.TempDir()
		var types strings.Builder
		if err := writeParts(e, dir, "", &types); err != nil {
			t.Fatalf("%s: %v", to, err)
		}
		if text := read(t, filepath.Join(dir, "text.txt")); !strings.Contains(text, "\n"+greeting+"\n") {
			t.Errorf("%s: the text does not greet with %q:\n%s", to, greeting, text)
		}
		escaped := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(greeting)
		if html := read(t, filepath.Join(dir, "mail.html")); !strings.Contains(html, ">"+escaped+"</p>") {
			t.Errorf("%s: the HTML does not greet with %q", to, escaped)
		}
		shows(t, to, dir, types.String())
	}
}

// shows checks that the pictures of a mail are those that its HTML names, at the
// size of their place.
func shows(t *testing.T, to, dir, types string) {
	t.Helper()
	named := regexp.MustCompile(`src="cid:([^"]+)"`).FindAllStringSubmatch(read(t, filepath.Join(dir, "mail.html")), -1)
	if len(named) != 2 {
		t.Errorf("%s: the HTML names %d pictures, want 2", to, len(named))
	}
	for _, n := range named {
		if strings.Count(types, " <"+n[1]+">\n") != 1 {
			t.Errorf("%s: no part is %s:\n%s", to, n[1], types)
		}
	}
	for name, want := range map[string]image.Point{"picture-1.jpg": image.Pt(1072, 603), "picture-2.png": image.Pt(300, 200)} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := image.Decode(f)
		if err != nil || m.Bounds().Size() != want {
			t.Errorf("%s: %s: %v, %v; want %v", to, name, m, err, want)
		}
		f.Close()
	}
}

// pictureServer serves a photograph and a drawing that shows through.
func pictureServer(t *testing.T) string {
	t.Helper()
	var photo, drawing bytes.Buffer
	shape := gradient(300, 200)
	shape.Pix[3] = 0
	if err := jpeg.Encode(&photo, gradient(1600, 1200), nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&drawing, shape); err != nil {
		t.Fatal(err)
	}
	pages := http.NewServeMux()
	pages.HandleFunc("GET /photo", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(photo.Bytes()) })
	pages.HandleFunc("GET /drawing", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(drawing.Bytes()) })
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	return server.URL
}

// illustrate gives a site a feed with pictures and a note.
func (s *site) illustrate(pictures string) {
	s.t.Helper()
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Magazine</title><link>https://magazine.example/</link>`)
	for i, picture := range []string{"photo", "drawing"} {
		fmt.Fprintf(&feed, `<item><title>Article %d</title><link>https://magazine.example/a/%d</link><guid>%d</guid><description>What it says.</description>`+
			`<pubDate>%s</pubDate><media:content url="%s/%s" medium="image"/></item>`,
			i, i, i, time.Now().Add(-time.Duration(i+1)*time.Hour).Format(time.RFC1123Z), pictures, picture)
	}
	feed.WriteString("</channel></rss>")
	config := strings.Replace(s.config(), "digest:\n", "digest:\n  images: embed\n  note_file: note.md\n", 1)
	for name, text := range map[string]string{"roundup.yaml": config, "feed.xml": feed.String(), "note.md": "A word on *rivers*.\n"} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}
