package asjson_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery/reason"
	"roundup/internal/asjson"
	"roundup/store"
	"roundup/subscribers"
)

// A reader's own data has all that is held of them, and no colleague's name.
func TestHeld(t *testing.T) {
	t.Parallel()
	at := slot
	events := []store.Event{{What: "paused", By: subscribers.Actor{Kind: subscribers.CommandLine, Name: "anna"}, At: at}}
	got, err := json.Marshal(asjson.HeldOf(store.Listed{}, events, nil, store.Held{
		Attempts:   []store.HeldAttempt{{Issue: 12, Attempt: 1, State: "deferred", Code: 450, Reply: "later", At: at}},
		Mails:      []store.HeldMail{{Kind: "welcome", Subject: "Welcome", State: "sent", At: at}},
		Bounces:    []store.HeldBounce{{Issue: 12, Way: "ses", Kind: "soft", Delayed: true, Reason: reason.MailboxFull, Status: "4.2.2", Code: 452, Words: "full", At: at}, {Way: "mail", Kind: "reply", At: at}},
		Former:     []store.HeldAddress{{Email: "ann@old.example", Left: at}},
		Suppressed: subscribers.Suppression{Hash: []byte("secret"), Reason: subscribers.SoftBounce, At: at},
	}))
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(got, &parts); err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]string{
		"events":           `[{"at":"2026-11-20T12:00:00Z","what":"paused","by":"command_line"}]`,
		"attempts":         `[{"issue":12,"attempt":1,"state":"deferred","code":450,"reply":"later","at":"2026-11-20T12:00:00Z"}]`,
		"mails":            `[{"kind":"welcome","subject":"Welcome","state":"sent","at":"2026-11-20T12:00:00Z"}]`,
		"bounces":          `[{"issue":12,"way":"ses","kind":"soft","delayed":true,"reason":"mailbox_full","status":"4.2.2","code":452,"words":"full","at":"2026-11-20T12:00:00Z"},{"way":"mail","kind":"reply","at":"2026-11-20T12:00:00Z"}]`,
		"former_addresses": `[{"email":"ann@old.example","left":"2026-11-20T12:00:00Z"}]`,
		"suppressed_at":    `"2026-11-20T12:00:00Z"`,
	} {
		if diff := cmp.Diff(want, string(parts[part])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", part, diff)
		}
	}
}
