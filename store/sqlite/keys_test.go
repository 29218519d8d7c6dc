package sqlite_test

import (
	"path/filepath"
	"testing"

	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// Readers' tokens are of the newsletter that the database holds, whatever its id.
func TestKeyringIsOfTheNewsletter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roundup.db")
	create(t, path)
	ring := func() *subscribers.Keyring {
		st, err := sqlite.Open(t.Context(), path, options(storetest.NewClock()))
		check(t, err)
		defer func() { _ = st.Close() }()
		keys, err := st.Keyring(t.Context())
		check(t, err)
		return keys
	}
	one := ring()
	exec(t, path, `UPDATE newsletters SET id = 7`, `UPDATE keys SET newsletter_id = 7`)
	seven := ring()
	token := seven.Token(subscribers.PurposeUnsubscribe, subscribers.PublicID{3})
	if _, err := seven.Verify(token, subscribers.PurposeUnsubscribe); err != nil {
		t.Errorf("its own token: %v", err)
	}
	if _, err := one.Verify(token, subscribers.PurposeUnsubscribe); err == nil {
		t.Error("a token of newsletter 7 is good for newsletter 1, which has the same keys")
	}
}
