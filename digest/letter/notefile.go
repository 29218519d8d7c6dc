package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"roundup/digest"
	"roundup/internal/language"
)

// NoteFile is the file an editor keeps the note in, as it was read.
type NoteFile struct {
	Text   string // Markdown; "" where there is none
	Digest string // tells one text from another; "" where there is none
}

// NewNoteFile reads the content of a note file. How lines end, and white space
// at the end of them, make no other note of it. The error says in words for the
// editor why the content can't be printed.
func NewNoteFile(content []byte) (NoteFile, error) {
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return NoteFile{}, errors.New("is not text in UTF-8")
	}
	text := language.PlainLines(string(content))
	if n := utf8.RuneCountInString(text); n > digest.MaxNote {
		return NoteFile{}, fmt.Errorf("has %d characters; a note has at most %d", n, digest.MaxNote)
	}
	if !noteSays(text) {
		return NoteFile{}, nil
	}
	sum := sha256.Sum256([]byte(text))
	return NoteFile{Text: text, Digest: hex.EncodeToString(sum[:])}, nil
}
