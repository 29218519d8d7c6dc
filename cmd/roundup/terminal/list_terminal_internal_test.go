//go:build linux

package terminal

import (
	"errors"
	"strings"
	"testing"
)

// TestListFitsATerminal: no line is wider than the terminal; elsewhere each is whole.
func TestListFitsATerminal(t *testing.T) {
	t.Parallel()
	rows := [][]string{
		{"READER", "STATE", "REPLY"},
		{"ann@example.org", "sent"},
		{"somebody.with.a.long.name@readers.example", "failed", "550 5.1.1 " + strings.Repeat("x", 60)},
		{"新聞新聞新聞新聞新聞新聞新聞新聞新聞@example.org", "sent", "250 2.0.0"},
	}
	long := "550 5.1.1 " + strings.Repeat("x", 60)
	tests := []struct {
		name    string
		columns uint16 // 0: no terminal
		want    string
	}{
		{
			name: "elsewhere",
			want: "READER                              STATE     REPLY\n" + "ann@example.org                     sent\n" +
				"somebody.with.a.long.name@readers.example  failed    " + long + "\n" +
				"新聞新聞新聞新聞新聞新聞新聞新聞新聞@example.org  sent      250 2.0.0\n",
		},
		{
			name: "a terminal", columns: 50,
			want: "READER                              STATE\n    REPLY\n" + "ann@example.org                     sent\n" +
				"somebody.wi…g.name@readers.example  failed\n    550 5.1.1 " + strings.Repeat("x", 35) + "…\n" +
				"新聞新聞新聞新聞新聞新聞新聞新聞…   sent\n    250 2.0.0\n",
		},
		{
			name: "a narrow one", columns: 40,
			want: "READER                          STATE\n    REPLY\n" + "ann@example.org                 sent\n" +
				"somebody.…name@readers.example  failed\n    550 5.1.1 " + strings.Repeat("x", 25) + "…\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			l := NewList(&out, 34, 8)
			if tt.columns > 0 {
				_, theirs := sizedTerminal(t, 24, tt.columns)
				l.Fit(theirs)
				defer theirs.Close()
			}
			var err error
			for _, row := range rows {
				err = errors.Join(err, l.Row(row...))
			}
			if err := errors.Join(err, l.Flush()); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(out.String(), tt.want) {
				t.Errorf("got\n%swant\n%s", out.String(), tt.want)
			}
		})
	}
}
