package mail

import (
	"bytes"
	"slices"
	"strings"

	"roundup/delivery/relay"
)

// wholeFields are fields that programs compare as they stand, each on one line:
// some take a folded one for empty, or keep the space it is folded with.
func wholeFields() []string {
	names := []string{"message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post", "date", "mime-version",
		"precedence", "auto-submitted", "x-auto-response-suppress"}
	for _, e := range echoes() {
		names = append(names, strings.ToLower(string(e.name)))
	}
	return names
}

// unfold writes those fields of a mail on one line each where that is not too long.
func unfold(data []byte) []byte {
	end := bytes.Index(data, []byte("\r\n\r\n")) + 2
	if end < 2 {
		return data
	}
	out := make([]byte, 0, len(data))
	for _, f := range splitFields(data[:end]) {
		value := f.value
		if slices.Contains(wholeFields(), strings.ToLower(f.name)) {
			line := bytes.ReplaceAll(value, []byte("\r\n"), nil)
			if blank := bytes.TrimLeft(line, " \t"); len(f.name)+2+len(blank) <= relay.MaxLine {
				value = slices.Concat([]byte(" "), blank, []byte("\r\n"))
			}
		}
		out = append(append(append(out, f.name...), ':'), value...)
	}
	return append(out, data[end:]...)
}
