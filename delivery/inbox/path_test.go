package inbox_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"roundup/delivery/inbox"
)

func TestEachMailAt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const two = "From x@y Fri Nov 20 07:00:00 2026\n\nB\n\nFrom z@y Fri Nov 20 07:00:01 2026\n\nC\n"
	for name, text := range map[string]string{
		"one.eml": "A", "all.mbox": two,
		"box/new/1": "N", "box/cur/2:2,S": "O", "box/tmp/3": "not whole yet", "box/dovecot-uidlist": "no mail",
		"files/a": "F", "files/deep/b": "G", "files/new/c": "H", // new alone makes no maildir
	} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "empty"), 0o700), os.Symlink("files", filepath.Join(dir, "linked"))); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		want []string // file and text, in their order
	}{
		{"one.eml", []string{"one.eml A"}},
		{"all.mbox", []string{"all.mbox \r\nB\r\n", "all.mbox \r\nC\r\n"}},
		{"box", []string{"box/new/1 N", "box/cur/2:2,S O"}},
		{"files", []string{"files/a F", "files/deep/b G", "files/new/c H"}},
		{"linked", []string{"linked/a F", "linked/deep/b G", "linked/new/c H"}},
		{"empty", nil},
	}
	for _, tt := range tests {
		var got []string
		err := inbox.EachMailAt(t.Context(), filepath.Join(dir, tt.path), func(mail io.Reader, _ inbox.Envelope, file string) error {
			text, err := io.ReadAll(mail)
			name, rerr := filepath.Rel(dir, file)
			got = append(got, name+" "+string(text))
			return errors.Join(err, rerr)
		}, stopped)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q", tt.path, got, err, tt.want)
		}
	}
}

func TestEachMailAtStops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	enough := errors.New("enough")
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	tests := []struct {
		name, path string
		do         error
		ctx        context.Context
		want       error
		mails      int
	}{
		{"nothing there", "c", nil, t.Context(), fs.ErrNotExist, 0},
		{"by what is done with a mail", ".", enough, t.Context(), enough, 1},
		{"by the context", ".", nil, ctx, enough, 1},
	}
	for _, tt := range tests {
		mails := 0
		err := inbox.EachMailAt(tt.ctx, filepath.Join(dir, tt.path), func(io.Reader, inbox.Envelope, string) error {
			mails++
			if tt.ctx == ctx {
				stop(enough)
			}
			return tt.do
		}, stopped)
		if !errors.Is(err, tt.want) || mails != tt.mails {
			t.Errorf("%s: %d mails, %v; want %d, %v", tt.name, mails, err, tt.mails, tt.want)
		}
	}
}

// TestEachMailAtReadsOn: a file that can't be read keeps nobody from the rest, and what fails
// with a mail is not called unread.
func TestEachMailAtReadsOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	var unread []error
	err := inbox.EachMailAt(t.Context(), dir, func(mail io.Reader, _ inbox.Envelope, _ string) error {
		text, err := io.ReadAll(mail)
		if got = append(got, string(text)); len(got) == 1 { // the names are known by now
			err = errors.Join(err, os.Remove(filepath.Join(dir, "b")))
		}
		return err
	}, func(err error) error {
		unread = append(unread, err)
		return nil
	})
	if err != nil || !slices.Equal(got, []string{"a", "c"}) || len(unread) != 1 || !errors.Is(unread[0], fs.ErrNotExist) {
		t.Errorf("read %q, not %v: %v", got, unread, err)
	}
	enough := errors.New("enough")
	err = inbox.EachMailAt(t.Context(), dir, func(io.Reader, inbox.Envelope, string) error { return enough }, func(err error) error {
		t.Errorf("unread: %v", err)
		return nil
	})
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}

func stopped(err error) error { return err }
