package check_test

import (
	"os"
	"path/filepath"
	"testing"
)

// A filter stands in whose answers are known.
//
// It is not parallel: a program just written can't be run while another test's
// child still has it open.
func TestCheckSpamScore(t *testing.T) {
	report := func(score, rules string) string {
		return "#!/bin/sh\ncat >/dev/null\ncat <<'END'\nContent analysis details:   (" + score + " points, 5.0 required)\n\n" +
			" pts rule name              description\n---- ---------------------- -----------\n" + rules + "END\n"
	}
	for name, tt := range map[string]struct {
		program string
		want    []string
	}{
		"clean": {report("0.2", " 0.2 SOME_RULE              Something\n-0.0 NO_RELAYS              Informational\n"), []string{"passed spam score: 0.2 of 5.0 points", ": 0.2 SOME_RULE (Something) →"}},
		"doubt": {report("2.5", " 2.5 BAD_ONE                Bad\n                            and more\n"), []string{"warned spam score: 2.5 of 5.0", "2.5 BAD_ONE (Bad)"}},
		"spam":  {report("7.1", " 7.1 WORSE                  Worse\n"), []string{"failed spam score: 7.1 of 5.0"}},
		"odd":   {"#!/bin/sh\necho hello\n", []string{"skipped spam score: ", "nothing that can be read"}},
		"dies":  {"#!/bin/sh\nexit 3\n", []string{"skipped spam score: ", "exit status 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.extent.Spam = filepath.Join(t.TempDir(), "filter")
			if err := os.WriteFile(o.extent.Spam, []byte(tt.program), 0o700); err != nil {
				t.Fatal(err)
			}
			says(t, o.check(), tt.want...)
		})
	}
}
