package engine

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A moment is read as time.Parse reads it, and what is none fails with its words.
func TestParseTime(t *testing.T) {
	t.Parallel()
	same := func(t rapid.TB, text string) {
		want, wantErr := time.Parse(TimeLayout, text)
		got, err := parseTime(text)
		if !got.Equal(want) || got.Location() != want.Location() || (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: %v, %v, want %v, %v", text, got, err, want, wantErr)
		}
	}
	for _, text := range []string{
		"", "2026", "2026-11-20", "2026-02-30T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2026-11-20T24:00:00.000Z", "2026-11-20T12:60:00.000Z",
		"2026-11-20T12:00:60.000Z", "2026-11-20T12:00:00.000+", "2026-11-20T12:00:00.000Zx", "2026-00-20T12:00:00.000Z", "2026-13-01T12:00:00.000Z",
	} {
		same(t, text)
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := []byte(TimeText(time.UnixMilli(rapid.Int64Range(-62135596800000, 253402300799999).Draw(rt, "ms"))))
		if rapid.Bool().Draw(rt, "damaged") {
			text[rapid.IntRange(0, len(text)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "octet")
		}
		same(rt, string(text))
	})
}
