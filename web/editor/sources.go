package editor

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"roundup/internal/desk"
	"roundup/internal/wording"
)

// failing is a source that could not be read last.
type failing struct {
	source, why string
	last        time.Time // when it could; zero where it never did
}

// sourceNotice tells which of so many sources could not be read last; ok is false
// where all were.
func sourceNotice(sources int, all []failing, at *time.Location) (n Notice, ok bool) {
	for _, f := range all {
		line := sourceName(f.source) + ": " + sourceTrouble(f.why)
		if !f.last.IsZero() {
			line += "; what is known of it is from " + f.last.In(at).Format("2 January, 15:04")
		}
		n.Lines = append(n.Lines, line)
	}
	if len(n.Lines) == 0 {
		return n, false
	}
	n.Mild = true
	n.Text = fmt.Sprintf("%d of %s could not be read.", len(n.Lines), wording.Count(sources, "source"))
	if sources == 1 {
		n.Text = "The source could not be read."
	}
	n.Do = "What is new there is not in this issue."
	return n, true
}

// readWords says what reading the sources gave, with what could not be read. It
// is an error only where nothing could.
func readWords(fetched []desk.Fetched) (string, error) {
	fresh, changed := 0, 0
	var failed []string
	for _, f := range fetched {
		fresh, changed = fresh+f.New, changed+f.Changed
		if f.Error != "" {
			failed = append(failed, sourceName(f.Source)+" ("+sourceTrouble(f.Error)+")")
		}
	}
	gave := fmt.Sprintf("%s new, %d changed.", wording.Count(fresh, "article"), changed)
	switch len(failed) {
	case 0:
		return fmt.Sprintf("%s read: %s", wording.Count(len(fetched), "source"), gave), nil
	case len(fetched):
		return "", errors.New("no source could be read: " + strings.Join(failed, "; "))
	}
	return fmt.Sprintf("Read %d of %s: %s Not read: %s.",
		len(fetched)-len(failed), wording.Count(len(fetched), "source"), gave, strings.Join(failed, "; ")), nil
}

// sourceName is a source's address as people name it: its host, and as much of
// its path as two of one host need.
func sourceName(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.Host == "" {
		return path.Base(source)
	}
	return strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/")
}

// sourceTrouble is what keeps a source from being read, without the words of
// resolvers and sockets. It is told from what was put on record then.
func sourceTrouble(said string) string {
	for _, known := range []struct{ mark, words string }{
		{"there is no host", "there is no such address; is it spelled right?"},
		{"no such host", "there is no such address; is it spelled right?"},
		{"lookup ", "its address could not be looked up just now"},
		{"no complete answer in time", "it did not answer in time"},
		{"timeout", "it did not answer in time"},
		{"nothing answers there", "nothing answers at its address"},
		{"connection refused", "nothing answers at its address"},
		{"hung up", "it broke off without an answer"},
		{"connection reset", "it broke off without an answer"},
		{"x509", "its certificate is not valid"},
		{"tls:", "no secure connection to it could be made"},
		{"dial ", "it can’t be reached from here"},
		{"no such file", "the file is not there"},
	} {
		if strings.Contains(said, known.mark) {
			return known.words
		}
	}
	first, _, _ := strings.Cut(said, "\n")
	return first
}
