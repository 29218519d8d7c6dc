// Package sample owns the publication that `roundup demo` sends: a magazine's
// feed, its pictures and its readers, all made up for it.
//
// It must not be used for anything else, but for the tests' pictures, and nothing
// in it is downloaded.
//
// Start reading with Feed; pictures.go draws, readers.csv is the list.
package sample

import (
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"text/template"
	"time"
)

// Site is the magazine's address: a name reserved for examples (RFC 2606).
const Site = "https://www.meridian-review.example"

//go:embed feed.xml
var feed string

// Readers is the magazine's list, 25 readers of every status, as CSV.
//
//go:embed readers.csv
var Readers []byte

// Departed is the reader whose mail server no longer knows the address.
const Departed = "departed@readers.example"

// Feed is the magazine's RSS feed as it stands at now: its dates are so many
// days and hours before. "1d4h" in the file is one day and four hours ago.
func Feed(now time.Time) ([]byte, error) {
	t, err := template.New("feed.xml").Funcs(template.FuncMap{
		"ago": func(s string) (string, error) {
			at, err := ago(now, s)
			return at.Format(time.RFC1123Z), err
		},
		"updated": func(s string) (string, error) {
			at, err := ago(now, s)
			return at.Format(time.RFC3339), err
		},
	}).Parse(feed)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := t.Execute(&b, nil); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

func ago(now time.Time, s string) (time.Time, error) {
	var days int
	rest := s
	if before, after, ok := strings.Cut(s, "d"); ok {
		if _, err := fmt.Sscanf(before, "%d", &days); err != nil {
			return now, fmt.Errorf("%q: %w", s, err)
		}
		rest = after
	}
	if rest == "" {
		return now.AddDate(0, 0, -days), nil
	}
	d, err := time.ParseDuration(rest)
	return now.AddDate(0, 0, -days).Add(-d), err
}

// Server answers /feed.xml with the feed as it stands at now.
func Server(now time.Time) (http.Handler, error) {
	body, err := Feed(now)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write(body) // the reader of the feed reports what it missed
	})
	return mux, nil
}
