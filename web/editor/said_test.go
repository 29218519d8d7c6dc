package editor_test

import (
	"slices"
	"strings"
	"testing"

	"roundup/digest"
	"roundup/web/editor"
)

// A pin takes an article in also where the reader that is looked at does not get it.
func TestSaidOfAPinThatThisReaderDoesNotGet(t *testing.T) {
	t.Parallel()
	waits := sampleDesk().p
	off := waits
	off.Fates = slices.Clone(waits.Fates)
	off.Fates[2].Outcome, off.Fates[2].Reason = digest.Off, "Opinion is turned off"
	for _, tt := range []struct {
		before editor.Preview
		do     digest.Verb
		want   string
	}{
		{waits, digest.DoPin, "is taken in; this reader does not get it: Opinion is turned off."},
		{off, digest.DoPin, "is pinned; this reader does not get it: Opinion is turned off."},
		{off, digest.DoMove, "is moved. In this issue; this reader does not get it: Opinion is turned off."},
	} {
		if got := editor.SaidOf(digest.Change{Do: tt.do, Article: 3}, "", tt.before, off); !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.do, got, tt.want)
		}
	}
}
