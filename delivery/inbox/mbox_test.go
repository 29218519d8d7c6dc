package inbox_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

func TestEachMail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		want       []string
	}{
		{"one mail", "Subject: a\r\n\r\nbody\r\n", []string{"Subject: a\r\n\r\nbody\r\n"}},
		{"nothing", "", []string{""}},
		{
			"mbox of two, one quoting From", "From x@y Fri Nov 20 07:00:00 2026\nSubject: a\n\none\n>From here\n\nFrom z@y Fri Nov 20 07:00:01 2026\nSubject: b\n\ntwo\n",
			[]string{"Subject: a\n\none\nFrom here\n", "Subject: b\n\ntwo\n"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			err := inbox.EachMail(strings.NewReader(tt.file), func(r io.Reader) error {
				b, err := io.ReadAll(r)
				got = append(got, strings.ReplaceAll(string(b), "\r\n", "\n"))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range tt.want {
				tt.want[i] = strings.ReplaceAll(tt.want[i], "\r\n", "\n")
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
