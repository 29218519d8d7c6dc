package letter_test

import (
	"strings"
	"testing"

	"roundup/digest"
	"roundup/digest/letter"
)

func TestNoteFile(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, text, problem string }{
		{"a note", "Hello, **all**.\n", "Hello, **all**.", ""},
		{"empty", "", "", ""},
		{"white space", " \r\n\t\n", "", ""},
		{"nothing to see", "\u200b\n\n* * *\n\n---\n\n#\n", "", ""},
		{"of another machine", "\ufeffHello,\r\n\r\nall.\r\n", "Hello,\n\nall.", ""},
		{"Latin-1", "Gr\xfc\xdfe", "", "is not text in UTF-8"},
		{"binary", "a\x00b", "", "is not text in UTF-8"},
		{"20,000 characters", strings.Repeat("ä", 20_000), strings.Repeat("ä", 20_000), ""},
		{"too long", strings.Repeat("ä", 20_001), "", "has 20001 characters; a note has at most 20000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := letter.NewNoteFile([]byte(tt.give))
			if tt.problem != "" {
				if err == nil || err.Error() != tt.problem {
					t.Errorf("got %v, want %q", err, tt.problem)
				}
				return
			}
			if err != nil || got.Text != tt.text || (got.Text == "") != (got.Digest == "") {
				t.Errorf("got %q with digest %q and %v", got.Text, got.Digest, err)
			}
		})
	}
}

func TestNoteFileTellsTextsApart(t *testing.T) {
	t.Parallel()
	digestOf := func(content string) string {
		f, err := letter.NewNoteFile([]byte(content))
		if err != nil || f.Digest == "" {
			t.Fatalf("%q: %v, %v", content, f, err)
		}
		return f.Digest
	}
	first := digestOf("Hello,\n\nall.")
	for _, same := range []string{"Hello,\r\n\r\nall.\r\n", "\n\nHello,\n\nall.\n\n\n", "\ufeffHello,\n\nall. \n"} {
		if digestOf(same) != first {
			t.Errorf("%q is another note", same)
		}
	}
	for _, other := range []string{"Hello,\nall.", "hello,\n\nall.", "Hello,\n\nall!"} {
		if digestOf(other) == first {
			t.Errorf("%q is the same note", other)
		}
	}
}

// What was written for this issue goes before the file.
func TestCompileTakesTheNoteOfTheFile(t *testing.T) {
	t.Parallel()
	file := letter.NoteFile{Text: "Of the file.", Digest: "d"}
	tests := []struct {
		name, edited       string
		file               letter.NoteFile
		wantNote, wantFile string
	}{
		{"neither", "", letter.NoteFile{}, "", ""},
		{"the file", "", file, "Of the file.", "d"},
		{"both", "Of this issue.", file, "Of this issue.", ""},
		{"an edit of white space", " \n", file, "Of the file.", "d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issue, err := letter.Compile(letter.Input{
				Edits: digest.Edits{Note: tt.edited}, NoteFile: tt.file, Publication: samplePublication(t),
				Number: 12, Kind: digest.Extra, Now: sampleMoment(), UID: sampleUID,
			})
			if err != nil {
				t.Fatal(err)
			}
			if issue.Note != tt.wantNote || issue.NoteFile != tt.wantFile {
				t.Errorf("got note %q of file %q", issue.Note, issue.NoteFile)
			}
		})
	}
}
