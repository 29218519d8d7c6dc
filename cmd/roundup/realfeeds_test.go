package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/cmd/roundup/app"
	"roundup/internal/desk"
)

// TestRealFeeds takes every file of a collection of real feeds as a source, by
// path and by URL, through the real program: each gives articles or an error
// that says what is wrong with it.
func TestRealFeeds(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", "feeds"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Skip("the collection of real feeds is not here")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	broken := map[string]string{ // those that are no feed, and what is said of them
		"LICENSE":  "this is not a feed but plain text",
		"NOTE.txt": "this is not a feed but plain text",
		"PaulDixExplainsNothingFirstEntryContent.xml": "this is not a feed but a web page",
	}
	for _, f := range files {
		for kind, source := range map[string]string{
			"path": fmt.Sprintf("path: %q", filepath.Join(dir, f.Name())),
			"url":  fmt.Sprintf("url: %q", server.URL+"/"+f.Name()),
		} {
			t.Run(f.Name()+" by "+kind, func(t *testing.T) {
				t.Parallel()
				got, code := fetchOne(t, source)
				if want := broken[f.Name()]; want != "" {
					if code != app.ExitFailed || !strings.Contains(got.Error, want) {
						t.Errorf("got code %d, error %q, want %d, %q", code, got.Error, app.ExitFailed, want)
					}
					return
				}
				if code != app.ExitDone || got.Items == 0 || got.Error != "" {
					t.Errorf("got code %d, %+v, want articles", code, got)
				}
			})
		}
	}
}

// fetchOne runs `init` and `fetch --json` on a newsletter with one source.
func fetchOne(t *testing.T, source string) (desk.Fetched, app.ExitCode) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "roundup.yaml")
	text := "sources:\n  - " + source + "\nfetch: {allow_private: true}\ndigest: {first_window: 500000h}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) (string, app.ExitCode) {
		var out, words bytes.Buffer
		args = append([]string{"--config", file}, args...)
		code := run(t.Context(), context.Background(), args, app.Streams{In: strings.NewReader(""), Out: &out, Err: &words}, nil)
		if words.Len() > 0 {
			t.Errorf("%v said %s", args, &words)
		}
		return out.String(), code
	}
	if _, code := command("init"); code != app.ExitDone {
		t.Fatalf("init: exit %d", code)
	}
	out, code := command("fetch", "--json")
	var got desk.Fetched
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("fetch --json: %v in %q", err, out)
	}
	return got, code
}
