package feeds_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/feeds"
)

// corpus is where the shared feeds lie; the test is skipped without them.
func corpus(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus: %v", err)
	}
	return dir
}

// named are the errors a document may give.
var named = []error{feeds.ErrEmpty, feeds.ErrNotFeed, feeds.ErrBroken, feeds.ErrTooComplex}

// TestCorpus parses every shared file: each gives articles that are fit to
// print, or an error with a name. With -v it prints what came out.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"feeds", "gofeed"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			documents, articles, refused := 0, 0, 0
			err := filepath.WalkDir(corpus(t, name), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				body, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				documents++
				f, err := feeds.Parse(body, feeds.Meta{URL: "https://feed.example/dir/feed.xml"})
				if err != nil {
					refused++
					if !isNamed(err) {
						t.Errorf("%s: %v has no name", path, err)
					}
					return nil
				}
				articles += len(f.Articles)
				for _, a := range f.Articles {
					fit(t, path, a)
				}
				if name == "feeds" {
					describe(t, path, f)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d documents: %d articles, %d refused by name", documents, articles, refused)
			if documents < 10 || articles < documents/10 {
				t.Errorf("%d articles of %d documents", articles, documents)
			}
		})
	}
}

func isNamed(err error) bool {
	for _, n := range named {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}

// fit fails when an article holds what no mail may.
func fit(t *testing.T, path string, a digest.Article) {
	t.Helper()
	texts := append([]string{a.Title, a.Dek, a.Summary, a.Republished, a.Image.Alt, a.Image.Caption, a.Image.Credit}, a.Labels...)
	for _, author := range a.Authors {
		texts = append(texts, author.Name)
	}
	for _, s := range texts {
		if strings.ContainsAny(s, "\r\n\t\x00\u202e") || s != strings.TrimSpace(s) {
			t.Errorf("%s: %q is not tidy", path, s)
		}
	}
	for _, link := range []string{a.URL, a.Image.URL} {
		if link != "" && link != digest.CleanURL(link, nil) {
			t.Errorf("%s: %q is no clean link", path, link)
		}
	}
	if a.Title == "" || len([]rune(a.Title)) > 400 || len([]rune(a.Blurb())) > 500 || (a.URL == "") != (a.Canonical == "") {
		t.Errorf("%s: article %+v", path, a)
	}
}

func describe(t *testing.T, path string, f feeds.Feed) {
	t.Helper()
	var deks, pictures, bylines, dates int
	for _, a := range f.Articles {
		for n, has := range map[*int]bool{&deks: a.Blurb() != "", &pictures: a.Image.URL != "", &bylines: len(a.Authors) > 0, &dates: !a.Published.IsZero()} {
			if has {
				*n++
			}
		}
	}
	t.Logf("%-40s %q: %d articles, %d with a blurb, %d a picture, %d a byline, %d a date %q",
		filepath.Base(path), f.Title, len(f.Articles), deks, pictures, bylines, dates, f.Warnings)
}

// expected is the part of the library's own expectations that must come
// through unchanged.
type expected struct {
	Items   []expectedItem `json:"items"`
	Entries []expectedItem `json:"entries"`
}

type expectedItem struct {
	Title           string          `json:"title"`
	ID              string          `json:"id"`
	GUID            json.RawMessage `json:"guid"`
	PubDateParsed   *time.Time      `json:"pubDateParsed"`
	PublishedParsed *time.Time      `json:"publishedParsed"`
}

func TestCorpusAsExpected(t *testing.T) {
	t.Parallel()
	dir := corpus(t, "gofeed")
	compared := 0
	for _, pattern := range []string{"parser/rss/*.xml", "parser/atom/*.xml", "translator/rss/*.xml", "translator/atom/*.xml"} {
		paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			compared += asExpected(t, path)
		}
	}
	t.Logf("%d values compared", compared)
	if compared < 20 {
		t.Errorf("only %d values compared", compared)
	}
}

// asExpected compares plain titles, identifiers and dates of the items of one
// file with the JSON beside it, and returns how many values that were.
func asExpected(t *testing.T, path string) (compared int) {
	t.Helper()
	raw, err := os.ReadFile(strings.TrimSuffix(path, ".xml") + ".json")
	if err != nil {
		return 0
	}
	var want expected
	if err := json.Unmarshal(raw, &want); err != nil {
		return 0
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := feeds.Parse(body, feeds.Meta{})
	items := append(want.Items, want.Entries...)
	if err != nil || len(f.Articles) != len(items) {
		return 0
	}
	for i, it := range items {
		a := f.Articles[i]
		if plain := !strings.ContainsAny(it.Title, "<&\n\t") && !strings.Contains(it.Title, "  "); plain && it.Title != "" {
			compared++
			if a.Title != strings.TrimSpace(it.Title) {
				t.Errorf("%s: title %q, want %q", path, a.Title, it.Title)
			}
		}
		if guid := it.guid(); guid != "" && !strings.Contains(path, "base") {
			compared++
			if a.GUID != guid {
				t.Errorf("%s: GUID %q, want %q", path, a.GUID, guid)
			}
		}
		date := it.PubDateParsed
		if date == nil {
			date = it.PublishedParsed
		}
		if date != nil && date.Year() > 1970 {
			compared++
			if !a.Published.Equal(*date) {
				t.Errorf("%s: published %s, want %s", path, a.Published, date)
			}
		}
	}
	return compared
}

// guid reads the identifier in either of the forms of the expectations.
func (it expectedItem) guid() string {
	var text string
	var element struct {
		Value string `json:"value"`
	}
	if json.Unmarshal(it.GUID, &text) == nil {
		return text
	}
	if json.Unmarshal(it.GUID, &element) == nil {
		return element.Value
	}
	return it.ID
}
