package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// After forget no byte of the person is left in the database.
func TestForgetLeavesNoBytes(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 1)
	const email, moved = "wxyzzy.secret@example.com", "plugh.moved@example.com"
	address := func(email string) subscribers.Address {
		a, err := subscribers.ParseAddress(email)
		s.must(err)
		return a
	}
	keys, err := s.Keyring(t.Context())
	s.must(err)
	given := address(email)
	sub, err := s.Add(t.Context(), subscribers.Subscriber{
		Email: given.Given, Key: given.Key, Name: "Wxyzzy Plughson", Status: subscribers.Active, Labels: []string{"friends"},
		Consent: subscribers.Consent{How: "form", At: begin(), From: "https://mag.example/join", Wording: "Weekly"},
	}, storetest.Anna())
	s.must(err)
	for i, to := range []string{email, moved, "editor@example.com"} {
		kind := []string{"confirmation", "welcome", "notice"}[i]
		_, err := s.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: kind, Kind: kind, Transport: "mail", Recipient: to, Subject: "Hello " + kind, Text: "Dear " + kind,
		})
		s.must(err)
	}
	issue := s.start(1)
	claims := s.exchange(issue, 1)
	refused := storetest.To(claims[0].SubscriberID, delivery.Failed)
	refused.Reply.Text = "no <" + email + "> here"
	s.exchange(issue, 0, refused)
	s.must(s.Suppress(t.Context(), keys.AddressHash(given.Key), email, subscribers.Complaint, storetest.Anna()))
	_, err = s.Change(t.Context(), sub.Key, address(moved), "Wxyzzy Plughson", storetest.Anna())
	s.must(err)
	s.must(s.Forget(t.Context(), address(moved).Key, storetest.Anna()))

	// The old address's own suppression is the old address's, and is lifted or
	// forgotten by that name.
	s.must(s.Forget(t.Context(), address(email).Key, storetest.Anna()))
	copied := filepath.Join(t.TempDir(), "copy.db")
	s.must(s.Backup(t.Context(), copied))
	for _, file := range []string{s.Path(), s.Path() + "-wal", copied} {
		content, err := os.ReadFile(file)
		s.must(err)
		for _, word := range []string{"xyzzy", "lugh"} {
			if at := bytes.Index(bytes.ToLower(content), []byte(word)); at >= 0 {
				t.Errorf("%s holds %q", filepath.Base(file), strings.ToValidUTF8(string(content[max(0, at-20):min(len(content), at+40)]), "?"))
			}
		}
	}
}
