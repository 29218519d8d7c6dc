package list

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"

	"roundup/delivery"
	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/delivery/reason"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/maildomain"
	"roundup/store"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// Taken is what came back says of one recipient, who that is, and what follows.
type Taken struct {
	inbox.Finding
	Sub    subscribers.Subscriber // whom it names; ID 0 for nobody of ours
	Issue  digest.Issue           // of the mail that came back; ID 0 where it does not say
	Effect Effect
	Ground string // why, or how far the run is
}

// Effect is what follows from what came back.
type Effect string

// Effects.
const (
	Nothing    Effect = "nothing"    // it asks for nothing
	Unproven   Effect = "unproven"   // anybody may have written it: it has no effect
	Unlisted   Effect = "unlisted"   // it is about nobody of ours
	Known      Effect = "known"      // it was counted before
	Noted      Effect = "noted"      // it is on record, and the reader is mailed on
	Suppressed Effect = "suppressed" // the reader is not mailed any more
	Left       Effect = "left"       // the reader leaves
	LeftBefore Effect = "left before"
	Replied    Effect = "replied" // a reader answers an issue: it is counted, and is for a person to read
)

// Way is how something came back, and who took it in.
type Way struct {
	Name string // "mail", or a provider's name
	By   subscribers.Actor
}

// find says who a finding is about, and of which issue. A Message-ID that no issue of ours
// has proves nothing.
func (l *List) find(ctx context.Context, f inbox.Finding, counts bool) (t Taken, proven bool, err error) {
	t.Finding = f
	if t.Sub, err = l.named(ctx, f); err != nil {
		return t, false, err
	}
	if f.MessageID != "" {
		if t.Issue, err = l.issueOf(ctx, f); err != nil {
			return t, false, err
		}
	}
	proven = counts && (f.Proof == inbox.ByToken || f.Proof == inbox.ByMessageID && t.Issue.ID > 0)
	if !proven || t.Issue.ID > 0 || t.Sub.ID == 0 || f.Kind == inbox.Unsubscribe {
		return t, proven, nil
	}
	if elsewhere, err := l.writtenBefore(ctx, f, t.Sub); elsewhere || err != nil {
		return t, proven, err
	}
	t.Issue.ID, err = l.store.LastIssueTo(ctx, t.Sub.ID)
	return t, proven, err
}

// issueOf is the issue whose mail has a Message-ID; zero for none.
func (l *List) issueOf(ctx context.Context, f inbox.Finding) (digest.Issue, error) {
	issue, err := l.store.IssueByMailToken(ctx, mail.IssueTokenIn(f.MessageID))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return digest.Issue{}, nil
	case err != nil:
		return digest.Issue{}, err
	case !strings.EqualFold(mail.MessageID(issue.UID, f.Reader, issue.MailDomain), f.MessageID):
		return digest.Issue{}, nil
	}
	return issue, nil
}

// follow does what follows from a finding, or with rehearse says what would.
func (l *List) follow(ctx context.Context, t *Taken, proven bool, digest [32]byte, way Way, rehearse bool) error {
	b, counts := l.returned(t, proven, keyOf(t.Recipient, t.Sub.PublicID, digest, way), way)
	if !counts {
		return nil
	}
	if rehearse {
		known, err := l.store.KnowsMail(ctx, b.Digest)
		if t.Effect = Known; known || err != nil {
			return err
		}
		return l.foresee(ctx, t, b.Judge)
	}
	judged, err := l.store.SaveBounces(ctx, []store.Returned{b}, way.By)
	if err != nil {
		return err
	}
	t.judged(judged[0])
	return nil
}

// returned is a finding as it is put on record by a key; of one that has no effect it says why.
func (l *List) returned(t *Taken, proven bool, key [32]byte, way Way) (b store.Returned, counts bool) {
	switch {
	case t.Kind == inbox.Nothing || t.Kind == inbox.AutoReply && t.Proof == inbox.ByAddress:
		t.Effect = Nothing
		return b, false
	case !proven:
		t.Effect = Unproven
		return b, false
	case t.Sub.ID == 0:
		t.Effect = Unlisted
		return b, false
	}
	return store.Returned{
		Bounce: store.Bounce{
			Digest: key, Subscriber: t.Sub.ID, Issue: t.Issue.ID, Way: way.Name, Kind: string(t.Kind), Delayed: !t.Final, Reason: t.Reason, Status: t.Status,
			Code: t.Code, Words: t.Words, Domain: maildomain.Of(t.Sub.Email),
		},
		Hash: l.keys.AddressHash(t.Sub.Key), Email: t.Sub.Email, Judge: l.judgeOf(*t),
	}, true
}

// keyOf is by what a finding is known once it is on record: it counts once a report, a
// recipient and a reader.
func keyOf(recipient string, reader subscribers.PublicID, digest [32]byte, way Way) [32]byte {
	return sha256.Sum256([]byte(way.Name + "\x00" + string(digest[:]) + "\x00" + strings.ToLower(recipient) + "\x00" + reader.String()))
}

// judged says what became of a finding that was put on record.
func (t *Taken) judged(j store.Judged) {
	t.Ground = j.Ground
	switch {
	case j.Known:
		t.Effect = Known
	case j.Suppressed != "":
		t.Effect = Suppressed
	default:
		t.Effect = Noted
	}
}

// judgeOf is how a finding is judged: a complaint is heeded at once, what is not final and
// an automatic answer says nothing yet.
func (l *List) judgeOf(t Taken) store.Judge {
	return func(last []store.Outcome) (subscribers.Reason, string) {
		switch {
		case t.Kind == inbox.Complaint:
			return subscribers.Complaint, "not mailed any more"
		case t.Kind != inbox.Hard && t.Kind != inbox.Soft || !t.Final:
			return "", ""
		case t.Issue.ID == 0 && t.Reason.Group() == reason.Gone && writtenTo(t.Finding, t.Sub):
			return subscribers.HardBounce, "not mailed any more, for it came back"
		}
		if t.Reason.Group() == reason.Gone {
			last = upTo(t.Issue.Number, last, l.now())
		}
		return l.policy.Judge(last, l.now())
	}
}

// writtenTo reports whether what came back was written to the address that a reader has
// now: one they changed from may well be gone.
func writtenTo(f inbox.Finding, sub subscribers.Subscriber) bool {
	addr, err := subscribers.ParseAddress(cmp.Or(f.Original, f.Recipient))
	return err == nil && addr.Key == sub.Key
}

// writtenBefore reports whether what came back may have been written to an address that a
// reader had before: it names another than they have now, and they had one. Else the address
// is one that their mail is passed on to.
func (l *List) writtenBefore(ctx context.Context, f inbox.Finding, sub subscribers.Subscriber) (bool, error) {
	if _, err := subscribers.ParseAddress(cmp.Or(f.Original, f.Recipient)); err != nil || writtenTo(f, sub) {
		return false, nil //nolint:nilerr // it names no address
	}
	return l.store.ChangedAddress(ctx, sub.ID)
}

// foresee is what would follow: the outcome that is not on record yet stands for the one
// of its issue. One that went to another address, or that a person has settled, is not
// among them, and says nothing.
func (l *List) foresee(ctx context.Context, t *Taken, judge store.Judge) error {
	last, err := l.store.Outcomes(ctx, t.Sub.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(last, func(o store.Outcome) bool {
		return o.Issue == t.Issue.Number || t.Issue.Number == 0 && t.Issue.ID > 0 && (o.Took || o.Later)
	})
	if at >= 0 {
		last[at].Took, last[at].Reason, last[at].Later = false, t.Reason, true
	}
	why, ground := judge(last)
	t.Effect, t.Ground = Noted, ground
	if why != "" {
		t.Effect = Suppressed
	}
	return nil
}

// named is the reader a finding names: by a token or our Message-ID, and only where it has
// neither, by address; nobody is no error. A token of a reader who was forgotten names
// nobody: the address beside it may be another's, for whom it proves nothing.
func (l *List) named(ctx context.Context, f inbox.Finding) (sub subscribers.Subscriber, err error) {
	if !f.Reader.IsZero() {
		sub, err = l.store.SubscriberByPublicID(ctx, f.Reader)
	} else {
		addr, invalid := subscribers.ParseAddress(cmp.Or(f.Original, f.Recipient))
		if invalid != nil {
			return sub, nil //nolint:nilerr // what is no address is nobody's
		}
		sub, err = l.store.FindSubscriber(ctx, addr.Key)
	}
	if errors.Is(err, store.ErrNotFound) {
		return subscribers.Subscriber{}, nil
	}
	return sub, err
}

// AfterIssue does what follows from an issue that is over, for the readers whom servers
// refused: who was refused the second issue in a row, because there is no such reader, is
// not mailed any more. Done twice it changes nothing.
func (l *List) AfterIssue(ctx context.Context, number int, by subscribers.Actor) (suppressed int, err error) {
	judge := func(last []store.Outcome) (subscribers.Reason, string) { return l.policy.Judge(last, l.now()) }
	for r, err := range l.store.Deliveries(ctx, number, ledger.DeliveryFilter{State: delivery.Failed}) {
		if err != nil {
			return suppressed, err
		}
		reply := relay.Reply{Code: r.Code, Enhanced: r.Enhanced, Text: r.Reply, Command: r.Command}
		switch reply.Reason().Group() {
		case reason.Gone, reason.Mailbox:
		default:
			continue
		}
		sub, err := l.store.SubscriberByPublicID(ctx, r.PublicID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return suppressed, err
		}
		last, err := l.store.Outcomes(ctx, sub.ID)
		if err != nil {
			return suppressed, err
		}
		if why, _ := judge(last); why == "" { // most are: they need no turn at writing
			continue
		}
		j, err := l.store.JudgeReader(ctx, sub, l.keys.AddressHash(sub.Key), judge, by)
		if err != nil {
			return suppressed, err
		}
		if j.Suppressed != "" {
			suppressed++
		}
	}
	return suppressed, nil
}
