package feeds_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"roundup/digest/feeds"
)

// mutant is a copy of a feed in which one element is never closed.
type mutant struct {
	element string
	line    int  // where it begins
	head    bool // it begins before the first article
	text    []byte
}

// mutants takes out of a feed, one at a time, the end tag of each of its
// elements; of one that closes itself, the "/".
func mutants(text []byte) []mutant {
	type start struct {
		name    string
		at, end int64 // of its start tag
		head    bool
	}
	var all []mutant
	var open []start
	head := true
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	d.Strict = false
	for {
		from := d.InputOffset()
		token, err := d.RawToken()
		if err != nil {
			return all
		}
		to := d.InputOffset()
		switch token := token.(type) {
		case xml.StartElement:
			head = head && token.Name.Local != "item" && token.Name.Local != "entry"
			open = append(open, start{token.Name.Local, from, to, head})
		case xml.EndElement:
			if len(open) == 0 {
				return all
			}
			s := open[len(open)-1]
			open = open[:len(open)-1]
			if from == to { // <a/>
				from, to = s.end-2, s.end-1
			}
			line := 1 + bytes.Count(text[:s.at], []byte("\n"))
			all = append(all, mutant{s.name, line, s.head, slices.Concat(text[:from], text[to:])})
		}
	}
}

// TestUnclosedElements takes one end tag out of each of the shared feeds: all in
// front of their articles, and some anywhere. No article may vanish in silence:
// all are read as they were, or a warning or an error says what is the matter.
func TestUnclosedElements(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(corpus(t, "feeds"), "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := feeds.Parse(text, feeds.Meta{})
			if err != nil {
				t.Skip(err)
			}
			unclosed(t, text, want)
		})
	}
}

func unclosed(t *testing.T, text []byte, want feeds.Feed) {
	t.Helper()
	sampled := 60 // beside those of its head
	if len(text) > 100_000 {
		sampled = 15
	}
	tried, whole := 0, 0
	all := mutants(text)
	for i, m := range all {
		if !m.head && i%max(1, len(all)/sampled) != 0 {
			continue
		}
		got, err := feeds.Parse(m.text, feeds.Meta{})
		tried++
		switch same := sameArticles(want, got); {
		case same:
			whole++
		case err != nil || len(got.Warnings) > len(want.Warnings):
			t.Logf("<%s> of line %d never closed: %d of %d articles, %v %q", m.element, m.line, len(got.Articles), len(want.Articles), err, got.Warnings)
		default:
			t.Errorf("<%s> of line %d never closed: %d of %d articles, and nothing said", m.element, m.line, len(got.Articles), len(want.Articles))
		}
	}
	t.Logf("%d mutants, %d read with all their articles", tried, whole)
	if tried == 0 || whole*100 < tried*97 {
		t.Errorf("%d of %d mutants were read with all their articles", whole, tried)
	}
}

// sameArticles reports whether two readings hold the same articles.
func sameArticles(a, b feeds.Feed) bool {
	if len(a.Articles) != len(b.Articles) {
		return false
	}
	for i := range a.Articles {
		x, y := a.Articles[i], b.Articles[i]
		if x.Title != y.Title || x.URL != y.URL || !x.Published.Equal(y.Published) {
			return false
		}
	}
	return true
}
