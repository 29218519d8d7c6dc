package readers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"roundup/internal/language"
	"roundup/subscribers"
)

// Addresses is how a reader has the mail sent to another address.
type Addresses interface {
	// AskAddress asks a new address to confirm, where it may be asked. It fails with
	// subscribers.ErrTooManySignUps.
	AskAddress(ctx context.Context, r subscribers.Subscriber, to subscribers.Address, by subscribers.Actor) error
	// AskedAddress is the address that a mail asked at a moment. It and ChangeAddress fail
	// with subscribers.ErrVoid.
	AskedAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error)
	// ChangeAddress has the mail sent there, and returns it. Twice is as good as once.
	ChangeAddress(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) (string, error)
	// LeftAddress is the address that the mail went to until a moment, and ReturnAddress
	// has it sent there again, as AskedAddress and ChangeAddress.
	LeftAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error)
	ReturnAddress(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) (string, error)
	// MayChangeAddress reports whether a reader who is active can ask for another address at all.
	MayChangeAddress(ctx context.Context, r subscribers.Subscriber) (bool, error)
}

// newAddress is the form for another address, on a reader's own page.
type newAddress struct {
	Words language.AddressWords
	Label string
	Typed string
	Wrong string // what is wrong with it; "" for nothing
}

// newAddressForm is the form for a reader; nil where nobody can be asked to confirm, or
// the reader can't ask.
func (r *pages) newAddressForm(ctx context.Context, sub subscribers.Subscriber) (*newAddress, error) {
	if r.Addresses == nil || sub.Status != subscribers.Active {
		return nil, nil
	}
	may, err := r.Addresses.MayChangeAddress(ctx, sub)
	if err != nil || !may {
		return nil, err
	}
	return &newAddress{Words: r.words.Address, Label: r.words.Join.Address}, nil
}

// askAddress asks the address that was typed. What it answers, and how long that takes,
// depends on nothing that is known of the address.
func (r *pages) askAddress(req *http.Request, sub subscribers.Subscriber) (int, page, error) {
	addr, isOne := addressOf(req.PostForm)
	busy := page{Title: r.words.Join.Busy, Text: []string{r.words.Join.BusySaid}}
	switch {
	case !isOne:
		p, err := r.ownPage(req.Context(), sub)
		if err == nil && p.Me.Address != nil {
			p.Me.Address.Typed, p.Me.Address.Wrong = req.PostForm.Get("email"), r.words.Join.BadAddress
			p.Wrong = p.Me.Address.Wrong
		}
		return http.StatusUnprocessableEntity, p, err
	case !r.caps.take(r.network(req), r.Now()):
		return http.StatusTooManyRequests, busy, nil
	}
	done := r.notBefore(req)
	var err error
	if !r.refusesRole(addr) {
		err = r.Addresses.AskAddress(req.Context(), sub, addr, onPage())
	}
	done()
	if errors.Is(err, subscribers.ErrTooManySignUps) {
		return http.StatusTooManyRequests, busy, nil
	}
	if err != nil {
		return 0, page{}, err
	}
	return http.StatusOK, page{Title: r.words.Join.Asked, Text: []string{r.words.Fill(r.words.Address.Asked, "email", typed(addr))}}, nil
}

// askToChange shows to which address a button has the mail sent.
func (r *pages) askToChange(w http.ResponseWriter, req *http.Request) {
	r.askToSend(w, req, subscribers.PurposeAddress, r.Addresses.AskedAddress, func(words language.AddressWords) (title, said, button string) {
		return words.Title, words.Confirm, words.Button
	})
}

// askToReturn shows to which address a button has the mail sent again.
func (r *pages) askToReturn(w http.ResponseWriter, req *http.Request) {
	r.askToSend(w, req, subscribers.PurposeBack, r.Addresses.LeftAddress, func(words language.AddressWords) (title, said, button string) {
		return words.BackTitle, words.BackSaid, words.BackButton
	})
}

func (r *pages) askToSend(w http.ResponseWriter, req *http.Request, purpose subscribers.Purpose,
	find func(context.Context, subscribers.PublicID, time.Time) (string, error),
	in func(language.AddressWords) (title, said, button string),
) {
	id, at, err := r.Keyring.VerifyTimed(req.PathValue("token"), purpose)
	var to string
	if err == nil {
		r = r.inTheirs(req, id)
		to, err = find(req.Context(), id, at)
	}
	title, said, button := in(r.words.Address) // in the reader's language, which is known by now
	r.sayAddress(w, req, err, page{Title: title, Text: []string{r.about(said, to)}, Button: button})
}

// changeAddress has the mail sent there.
func (r *pages) changeAddress(w http.ResponseWriter, req *http.Request) {
	r.sendTo(w, req, subscribers.PurposeAddress, r.Addresses.ChangeAddress)
}

// returnAddress has the mail sent there again.
func (r *pages) returnAddress(w http.ResponseWriter, req *http.Request) {
	r.sendTo(w, req, subscribers.PurposeBack, r.Addresses.ReturnAddress)
}

// sendTo does it. Pressed twice it says the same.
func (r *pages) sendTo(w http.ResponseWriter, req *http.Request, purpose subscribers.Purpose,
	change func(context.Context, subscribers.PublicID, time.Time, subscribers.Actor) (string, error),
) {
	id, at, err := r.Keyring.VerifyTimed(req.PathValue("token"), purpose)
	var to string
	if err == nil {
		r = r.inTheirs(req, id)
		to, err = change(req.Context(), id, at, onPage())
	}
	r.sayAddress(w, req, err, page{Title: r.words.Me.Saved, Text: []string{r.about(r.words.Address.Changed, to)}})
}

// sayAddress says a page, or what keeps from it.
func (r *pages) sayAddress(w http.ResponseWriter, req *http.Request, err error, p page) {
	switch {
	case isVoid(err):
		said := append([]string{r.words.Address.OldLink}, r.asking(r.words.Address.OldLinkAsk)...)
		r.say(w, http.StatusGone, r.linked(page{Title: r.words.Join.TooOld, Text: said}))
	case err != nil:
		r.fail(w, req, err)
	default:
		r.say(w, http.StatusOK, p)
	}
}
