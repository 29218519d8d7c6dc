package inbox

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"roundup/internal/oneline"
)

// Keep writes a mail into a maildir, durably: whoever sent it is told that it arrived.
// What only the envelope says is written before it, as an MTA does.
func Keep(folder string, body []byte, envelope Envelope) (err error) {
	if err := MakeMaildir(folder); err != nil {
		return err
	}
	header := "Delivered-To: " + oneline.Plain(envelope.To) + "\r\n"
	if envelope.Null {
		header = "Return-Path: <>\r\n" + header
	}
	name := rand.Text() + ".roundup"
	written, arrived := filepath.Join(folder, "tmp", name), filepath.Join(folder, "new", name)
	f, err := os.OpenFile(written, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.WriteString(header); err == nil {
		_, err = f.Write(body)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(written, arrived)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep a mail: %w", err), os.Remove(written))
	}
	return syncFolder(filepath.Dir(arrived))
}

// MakeMaildir makes what is missing of a maildir, readable by its owner only.
func MakeMaildir(folder string) error {
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
			return err
		}
	}
	return nil
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Kept is how many mails of a maildir nobody has looked at.
func Kept(folder string) (int, error) {
	entries, err := os.ReadDir(filepath.Join(folder, "new"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	return len(entries), err
}
