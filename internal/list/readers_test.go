package list_test

import (
	"errors"
	"testing"
	"time"

	"roundup/internal/list"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

func address(t *testing.T, email string) subscribers.Address {
	t.Helper()
	addr, err := subscribers.ParseAddress(email)
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// joins puts somebody on the list who must not be on it.
func (b *bundle) joins(t *testing.T, email string, status subscribers.Status) store.Listed {
	t.Helper()
	_, err := b.Join(t.Context(), list.Joining{Address: address(t, email), Status: status, Consent: subscribers.Consent{How: "test"}}, storetest.Anna())
	if err != nil {
		t.Fatal(err)
	}
	return b.find(t, email)
}

func (b *bundle) find(t *testing.T, email string) store.Listed {
	t.Helper()
	r, err := b.Find(t.Context(), address(t, email))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// leaves unsubscribes a reader.
func (b *bundle) leaves(t *testing.T, r store.Listed) {
	t.Helper()
	if left, err := b.Unsubscribe(t.Context(), r.PublicID, storetest.Anna()); !left || err != nil {
		t.Fatalf("left %v, %v", left, err)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	b := setup(t)
	before := b.now.AddDate(-1, 0, 0)
	tests := []struct {
		name  string
		give  list.Joining
		asked time.Time
	}{
		{
			name:  "asked for now",
			give:  list.Joining{Address: address(t, "Ann@Example.org"), Name: " Ann \n Lee ", Status: subscribers.Active, Consent: subscribers.Consent{How: subscribers.ConsentCommand}},
			asked: b.now,
		},
		{
			name:  "asked for before",
			give:  list.Joining{Address: address(t, "bob@example.org"), Status: subscribers.Pending, Consent: subscribers.Consent{How: subscribers.ConsentForm, At: before}},
			asked: before,
		},
	}
	for _, tt := range tests {
		sub, err := b.Join(t.Context(), tt.give, storetest.Anna())
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		got := b.find(t, tt.give.Address.Given)
		if got.Email != tt.give.Address.Given || got.Status != tt.give.Status || got.PublicID != sub.PublicID || got.PublicID.IsZero() ||
			got.Name != subscribers.CleanName(tt.give.Name) || got.Consent.How != tt.give.Consent.How || !got.Consent.At.Equal(tt.asked) {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
	if _, err := b.Join(t.Context(), list.Joining{Address: address(t, "cy@example.org"), Status: subscribers.Unsubscribed}, storetest.Anna()); err == nil {
		t.Error("nobody joins as one who has left")
	}
}

// Whoever is on the list, has left it or asked to be forgotten does not join again.
func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.joins(t, "active@example.org", subscribers.Active)
	b.joins(t, "pending@example.org", subscribers.Pending)
	b.leaves(t, b.joins(t, "left@example.org", subscribers.Active))
	b.joins(t, "forgotten@example.org", subscribers.Active)
	if err := b.Forget(t.Context(), address(t, "forgotten@example.org"), storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		email string
		taken subscribers.Status
	}{
		{"Active@Example.org", subscribers.Active},
		{"pending@example.org", subscribers.Pending},
		{"left@example.org", subscribers.Unsubscribed},
		{"forgotten@example.org", ""},
	}
	for _, tt := range tests {
		addr := address(t, tt.email)
		_, err := b.Join(t.Context(), list.Joining{Address: addr, Status: subscribers.Active}, storetest.Anna())
		var (
			taken     *list.TakenError
			forgotten *list.ForgottenError
		)
		switch {
		case tt.taken != "":
			if !errors.As(err, &taken) || taken.Address != addr || taken.Reader.Status != tt.taken {
				t.Errorf("%s: error = %v, want that a reader who is %s has it", tt.email, err, tt.taken)
			}
		case !errors.As(err, &forgotten) || forgotten.Address != addr:
			t.Errorf("%s: error = %v, want that its owner was forgotten", tt.email, err)
		}
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ann := b.joins(t, "ann@example.org", subscribers.Active)
	b.joins(t, "bob@example.org", subscribers.Active)
	b.joins(t, "gone@example.org", subscribers.Active)
	if err := b.Forget(t.Context(), address(t, "gone@example.org"), storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	var (
		taken     *list.TakenError
		forgotten *list.ForgottenError
	)
	if _, err := b.Change(t.Context(), ann, address(t, "bob@example.org"), "", storetest.Anna()); !errors.As(err, &taken) || taken.Address.Given != "bob@example.org" {
		t.Errorf("error = %v, want that the address is taken", err)
	}
	if _, err := b.Change(t.Context(), ann, address(t, "gone@example.org"), "", storetest.Anna()); !errors.As(err, &forgotten) {
		t.Errorf("error = %v, want that its owner was forgotten", err)
	}
	sub, err := b.Change(t.Context(), ann, address(t, "new@example.org"), " Ann\t", storetest.Anna())
	if err != nil || sub.Email != "new@example.org" || sub.Name != "Ann" || sub.PublicID != ann.PublicID {
		t.Errorf("got %+v, %v", sub, err)
	}
	if got := b.find(t, "new@example.org"); got.Status != subscribers.Active || got.Name != "Ann" {
		t.Errorf("the list has %+v", got)
	}
}

// Who was confirmed has left again, and is confirmed again.
func TestConfirmAndUnsubscribe(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ann := b.joins(t, "ann@example.org", subscribers.Pending)
	for range 2 {
		if err := b.Confirm(t.Context(), ann, subscribers.ConsentConfirmation, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
		if got := b.find(t, "ann@example.org"); got.Status != subscribers.Active || !got.Consent.Confirmed() {
			t.Errorf("confirmed: %+v", got)
		}
		b.leaves(t, ann)
		if left, err := b.Unsubscribe(t.Context(), ann.PublicID, storetest.Anna()); left || err != nil {
			t.Errorf("a second time: %v, %v; want that she had left before", left, err)
		}
		if got := b.find(t, "ann@example.org").Status; got != subscribers.Unsubscribed {
			t.Errorf("she left, and is %s", got)
		}
	}
	if left, err := b.Unsubscribe(t.Context(), subscribers.NewPublicID(), storetest.Anna()); left || err != nil {
		t.Errorf("who is not known: %v, %v; want nothing to end", left, err)
	}
}

func TestSuppressAndLift(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.joins(t, "ann@example.org", subscribers.Active)
	for _, email := range []string{"ann@example.org", "nobody@example.org"} {
		addr := address(t, email)
		var free *list.NotSuppressedError
		if err := b.Lift(t.Context(), addr, storetest.Anna()); !errors.As(err, &free) || free.Address != addr {
			t.Errorf("%s: error = %v, want that there is nothing to lift", email, err)
		}
		for _, why := range []subscribers.Reason{subscribers.Complaint, subscribers.Manual} { // the first stays
			if err := b.Suppress(t.Context(), addr, why, storetest.Anna()); err != nil {
				t.Fatal(err)
			}
		}
		r, err := b.Find(t.Context(), addr)
		var missing *list.NotListedError
		if errors.As(err, &missing) {
			r.Suppressed = missing.Suppressed
		}
		if listed := email == "ann@example.org"; r.Suppressed != subscribers.Complaint || listed != (err == nil) {
			t.Errorf("%s: suppressed %q, %v", email, r.Suppressed, err)
		}
		if err := b.Lift(t.Context(), addr, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	if r := b.find(t, "ann@example.org"); r.Suppressed != "" || r.Status != subscribers.Active {
		t.Errorf("lifted: %+v", r)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.joins(t, "ann@example.org", subscribers.Active)
	if err := b.Suppress(t.Context(), address(t, "suppressed@example.org"), subscribers.Manual, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"ann@example.org", "suppressed@example.org", "stranger@example.org"} {
		addr := address(t, email)
		known := email != "stranger@example.org"
		if err := b.Known(t.Context(), addr); (err == nil) != known {
			t.Errorf("%s: error = %v, known is %v", email, err, known)
		}
		if err := b.Forget(t.Context(), addr, storetest.Anna()); (err == nil) != known {
			t.Errorf("%s: error = %v, known is %v", email, err, known)
		}
		want := subscribers.Erased
		if !known {
			want = ""
		}
		for _, forget := range []func() error{ // there is nothing left to forget
			func() error { return b.Known(t.Context(), addr) },
			func() error { return b.Forget(t.Context(), addr, storetest.Anna()) },
		} {
			var missing *list.NotListedError
			if err := forget(); !errors.As(err, &missing) || missing.Suppressed != want || missing.Address != addr {
				t.Errorf("%s, once more: error = %v, want that it is not on the list and suppressed as %q", email, err, want)
			}
		}
	}
}
