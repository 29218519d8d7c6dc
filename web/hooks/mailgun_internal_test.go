package hooks

import (
	"errors"
	"strconv"
	"testing"
)

// However many events Mailgun tells of, the next is taken, and the latest tokens are no
// other events'.
func TestMailgunRemembersTheLatest(t *testing.T) {
	t.Parallel()
	var m mailgun
	for n := range 3 * keptTokens {
		if err := m.spend(strconv.Itoa(n), "delivered"); err != nil {
			t.Fatalf("event %d: %v", n, err)
		}
	}
	for _, n := range []int{3*keptTokens - 1, 2*keptTokens + 1} {
		if err := m.spend(strconv.Itoa(n), "complained"); !errors.Is(err, errCredentials) {
			t.Errorf("the token of event %d is another's: %v", n, err)
		}
		if err := m.spend(strconv.Itoa(n), "delivered"); err != nil {
			t.Errorf("event %d again: %v", n, err)
		}
	}
	if kept := len(m.tokens) + len(m.earlier); kept > 2*keptTokens {
		t.Errorf("%d tokens are kept", kept)
	}
}
