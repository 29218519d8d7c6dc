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
	long := strings.Repeat("x ", 6000)
	tests := []struct {
		name, file string
		want       []string
		null       []bool // of each
	}{
		{"one mail", "Subject: a\r\n\r\nbody\r\n", []string{"Subject: a\r\n\r\nbody\r\n"}, []bool{false}},
		{"nothing", "", []string{""}, []bool{false}},
		{
			"mbox of two, one quoting From", "From x@y Fri Nov 20 07:00:00 2026\nSubject: a\n\none\n>From here\n\nFrom z@y Fri Nov 20 07:00:01 2026\nSubject: b\n\ntwo\n",
			[]string{"Subject: a\n\none\nFrom here\n", "Subject: b\n\ntwo\n"}, []bool{false, false},
		},
		{
			"the null sender, as MTAs write it", "From MAILER-DAEMON Fri Nov 20 07:00:00 2026\nSubject: a\n\none\n>From MAILER-DAEMON x\n\nFrom MAILER-DAEMON@evil.example Fri Nov 20 07:00:00 2026\n\ntwo\n\nFrom <> Fri Nov 20 07:00:00 2026\n\nthree\n",
			[]string{"Subject: a\n\none\nFrom MAILER-DAEMON x\n", "\ntwo\n", "\nthree\n"}, []bool{true, false, true},
		},
		{
			"longer lines than are read at once", "From MAILER-DAEMON " + long + "\nA: " + long + "From MAILER-DAEMON x\n\nFrom " + long + "\nB: " + long + "\n",
			nil, nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			var null []bool
			err := inbox.EachMail(strings.NewReader(tt.file), func(r io.Reader, envelope inbox.Envelope) error {
				null = append(null, envelope.Null)
				b, err := io.ReadAll(r)
				got = append(got, strings.ReplaceAll(string(b), "\r\n", "\n"))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == nil { // that it ends is enough
				return
			}
			for i := range tt.want {
				tt.want[i] = strings.ReplaceAll(tt.want[i], "\r\n", "\n")
			}
			if !slices.Equal(got, tt.want) || !slices.Equal(null, tt.null) {
				t.Errorf("got %q, null sender %v; want %q, %v", got, null, tt.want, tt.null)
			}
		})
	}
}
