package inbox_test

import (
	"fmt"
	"strings"
	"testing"

	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/subscribers"
)

// oneFault are a mail with one fault each: a line left out, doubled or cut, the mail broken
// off, an octet changed.
func oneFault(whole string) map[string]string {
	faulty := map[string]string{}
	lines := strings.SplitAfter(whole, "\n")
	at := func(i int) (before, after string) { return strings.Join(lines[:i], ""), strings.Join(lines[i+1:], "") }
	for i, line := range lines {
		before, after := at(i)
		faulty[fmt.Sprintf("without line %d", i+1)] = before + after
		faulty[fmt.Sprintf("line %d twice", i+1)] = before + line + line + after
		faulty[fmt.Sprintf("half of line %d", i+1)] = before + line[:len(line)/2] + "\n" + after
		faulty[fmt.Sprintf("broken off after line %d", i+1)] = before + line
		faulty[fmt.Sprintf("line %d empty", i+1)] = before + "\n" + after
	}
	for i := range len(whole) {
		for _, octet := range []byte{0, '\n', whole[i] ^ 0x20} {
			faulty[fmt.Sprintf("octet %d is %q", i, octet)] = whole[:i] + string(rune(octet)) + whole[i+1:]
		}
	}
	return faulty
}

// TestOneFault: a bounce with one fault counts for its reader or for nobody, and is never
// taken for a complaint or a leaving.
func TestOneFault(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads thousands of mails")
	}
	k := keyring(t)
	token := "bounces+" + k.ReturnToken(leaver) + "@magazine.example"
	ours := "Message-ID: <" + mail.MessageID("uid", leaver, "magazine.example") + ">\n"
	for name, whole := range map[string]string{
		"by token":      dsn("Return-Path: <>\nDelivered-To: "+token+"\n", gone, "Subject: Issue\n"),
		"by Message-ID": dsn("Return-Path: <>\n", gone, ours+"Subject: Issue\n"),
	} {
		kept := 0
		all := oneFault(whole)
		for fault, text := range all {
			r, err := inbox.Read(strings.NewReader(text), k, inbox.Envelope{})
			if err != nil || len(r.Findings) == 0 {
				t.Fatalf("%s, %s: %+v, %v", name, fault, r, err)
			}
			for _, f := range r.Findings {
				switch {
				case f.Kind == inbox.Complaint || f.Kind == inbox.Unsubscribe:
					t.Errorf("%s, %s: %+v", name, fault, f)
				case r.Counts(f) && f.Proof == inbox.ByToken && f.Reader != leaver:
					t.Errorf("%s, %s: counts for another: %+v", name, fault, f)
				case r.Counts(f) && f.Kind == inbox.Hard && f.Reader == leaver:
					kept++
				}
			}
		}
		if kept < len(all)/2 { // most faults are in what does not matter
			t.Errorf("%s: of %d only %d count", name, len(all), kept)
		}
	}
}

// TestOneFaultInAnswers: an answer with one fault is ordinary mail, whoever it is counted for.
func TestOneFaultInAnswers(t *testing.T) {
	t.Parallel()
	k := keyring(t)
	id := mail.MessageID("uid", leaver, "magazine.example")
	whole := "From: ann@reader.example\nSubject: Re: Issue 12\nIn-Reply-To: <" + id + ">\nReferences: <x@y.example> <" + id + ">\n\nI liked it.\n"
	for fault, text := range oneFault(whole) {
		r, err := inbox.Read(strings.NewReader(text), k, inbox.Envelope{})
		if err != nil || len(r.Findings) != 1 {
			t.Fatalf("%s: %+v, %v", fault, r, err)
		}
		if f := r.Findings[0]; f.Kind != inbox.Nothing || f.Reply != (f.Reader != subscribers.PublicID{}) {
			t.Errorf("%s: %+v", fault, f)
		}
	}
}
