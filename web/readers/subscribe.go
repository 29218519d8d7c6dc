package readers

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"roundup/internal/language"
	"roundup/subscribers"
)

const (
	// maxSignUp is how many octets a sign-up's body may have.
	maxSignUp = 8 << 10
	// A form is sent that soon after it was shown only by a program, and that late only
	// by one that kept it.
	soonestAfter, latestAfter = 2 * time.Second, 24 * time.Hour
	// answerSignUpIn is how long each answer to a sign-up takes at least: longer than the
	// work behind it, which differs a little with what is known of the address.
	answerSignUpIn = 250 * time.Millisecond
	// maxTyped is how long an address may be that is shown, in characters: the longest
	// before its @, and as much behind it as most have.
	maxTyped = 64 + 1 + 35
)

// answer is what a sign-up is answered, as a page or in JSON.
type answer struct {
	status  int
	code    string // of JSON, for programs
	title   string
	text    string
	form    *form // to send once more; nil for none
	asked   bool  // an address to confirm, so that another can be asked
	waitFor time.Duration
}

// message is the answer in one line, to be said beside a form: what is wrong with it, where
// the page says that within the form.
func (a answer) message() string {
	if a.form != nil {
		if wrong := cmp.Or(a.form.Wrong, a.form.NoSection); wrong != "" {
			return wrong
		}
	}
	return strings.TrimSpace(a.title + ". " + a.text)
}

// showForm shows the form on a page of its own; to the script of a form on another
// site it gives the signed moment.
func (r *pages) showForm(w http.ResponseWriter, req *http.Request) {
	if wantsJSON(req) {
		r.allow(w, req)
		r.json(w, http.StatusOK, map[string]any{"moment": r.form().Moment})
		return
	}
	r = r.in(req.URL.Query().Get(fieldLanguage))
	f := r.form()
	r.say(w, http.StatusOK, page{Title: f.Words.Title, Form: f})
}

// subscribe asks an address to confirm. What it answers depends on the form alone and
// on how many were sent, never on what is known of the address; nor does how long it
// takes.
func (r *pages) subscribe(w http.ResponseWriter, req *http.Request) {
	done := r.notBefore(req)
	req.Body = http.MaxBytesReader(nil, req.Body, maxSignUp)
	whole := req.ParseForm() == nil
	r = r.in(req.PostForm.Get(fieldLanguage))
	a, err := r.signUp(req, whole)
	done()
	r.allow(w, req)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	if a.waitFor > 0 {
		w.Header().Set("Retry-After", "3600")
	}
	if wantsJSON(req) {
		r.json(w, a.status, map[string]any{"ok": a.status == http.StatusOK, "code": a.code, "message": a.message()})
		return
	}
	p := page{Title: a.title, Form: a.form}
	if a.text != "" {
		p.Text = []string{a.text}
	}
	if a.asked {
		p.OwnLink, p.OwnLinkSays = r.toSignUp(), r.words.Address.Title
	}
	r.say(w, a.status, p)
}

// notBefore begins an answer that must take as long whatever is known of an address; what
// it returns waits for the end of that.
func (r *pages) notBefore(req *http.Request) (wait func()) {
	earliest := time.NewTimer(cmp.Or(r.AskIn, answerSignUpIn))
	return func() {
		defer earliest.Stop()
		select {
		case <-earliest.C:
		case <-req.Context().Done():
		}
	}
}

// signUp looks at a form, which came whole or not, cheapest first, and hands it on.
func (r *pages) signUp(req *http.Request, whole bool) (answer, error) {
	sent := req.PostForm
	addr, isOne := addressOf(sent)
	switch {
	case !whole:
		return r.again(http.StatusBadRequest, "form", url.Values{}), nil
	case !r.fromOurs(req):
		return r.again(http.StatusForbidden, "origin", sent), nil
	case sent.Get("website") != "":
		return r.again(http.StatusUnprocessableEntity, "form", sent), nil
	case !r.timely(sent.Get("moment")):
		return r.again(http.StatusUnprocessableEntity, "moment", sent), nil
	case !isOne:
		return r.mistaken("address", sent), nil
	case r.leavesNoSection(sent):
		return r.mistaken("sections", sent), nil
	}
	consent := subscribers.Consent{How: subscribers.ConsentForm, From: r.cameFrom(req), Wording: r.named(r.words.Join.Title) + ". " + r.words.Join.How}
	up := subscribers.SignUp{Address: addr, Name: sent.Get("name"), Consent: consent}
	up.Choice, up.Chose = r.signedUpFor(sent)
	return r.handOn(req, up)
}

// handOn asks an address to confirm, where it need not be doubted that a person asks for
// it, and not too many of one network or of all have asked.
func (r *pages) handOn(req *http.Request, up subscribers.SignUp) (answer, error) {
	doubted, err := r.doubted(req.Context())
	switch {
	case err != nil:
		return answer{}, err
	case doubted && !r.codeTyped(req.PostForm, up):
		return r.askCode(req.PostForm, up)
	case !r.mayAsk(req):
		return r.busy(), nil
	}
	if !r.refusesRole(up.Address) {
		_, err = r.SignUps.SignUp(req.Context(), up, onPage())
	}
	if errors.Is(err, subscribers.ErrTooManySignUps) {
		if r.caps.isNews(ofAll) {
			r.Log.Warn(ofAll)
		}
		return r.busy(), nil
	}
	said := r.words.Fill(r.words.Join.AskedSaid, "name", r.Name, "email", typed(up.Address))
	return answer{status: http.StatusOK, code: "asked", title: r.words.Join.Asked, text: said, asked: true}, err
}

// typed is an address as it was typed, to be looked at: who mistyped it sees that, and
// nothing else is told of it. What is very long is cut behind the beginning of its domain.
func typed(a subscribers.Address) string { return language.Cut(a.Given, maxTyped) }

// refusesRole reports whether an address that was typed is an office's, and counts it as
// refused: somebody typed it to plague whoever reads it. They are answered as ever.
func (r *pages) refusesRole(a subscribers.Address) bool {
	if !a.IsRole() {
		return false
	}
	r.refused.Add(1)
	r.Log.Info("an address is not asked: it is an office's, not a person's")
	return true
}

// addressOf is the address typed into a form, if it is one.
func addressOf(sent url.Values) (subscribers.Address, bool) {
	addr, err := subscribers.ParseAddress(strings.TrimSpace(sent.Get("email")))
	return addr, err == nil
}

// again is the answer to a form that looks as if no person had sent it just now. A
// person presses the button once more: how long the form is looked at counts from when it
// was first shown, since nothing need be typed anew.
func (r *pages) again(status int, code string, sent url.Values) answer {
	f := r.form()
	if age, err := r.shownFor(sent.Get("moment")); err == nil && age >= 0 && age <= latestAfter {
		f.Moment = sent.Get("moment")
	}
	choice, _ := r.signedUpFor(sent)
	f.fillIn(sent, choice)
	return answer{status: status, code: code, title: r.words.Join.Again, text: r.words.Join.AgainSaid, form: f}
}

// mistaken is the answer to a form that a person has to change: what is wrong is said within it.
func (r *pages) mistaken(code string, sent url.Values) answer {
	a := r.again(http.StatusUnprocessableEntity, code, sent)
	a.title, a.text = a.form.Words.Title, ""
	if _, isOne := addressOf(sent); !isOne {
		a.form.Wrong = r.words.Join.BadAddress
	}
	if r.leavesNoSection(sent) {
		a.form.NoSection = r.words.Choosing.NoSection
	}
	return a
}

// busy is the answer while too many sign up.
func (r *pages) busy() answer {
	r.refused.Add(1)
	return answer{status: http.StatusTooManyRequests, code: "busy", title: r.words.Join.Busy, text: r.words.Join.BusySaid, waitFor: time.Hour}
}

// timely reports whether a form was shown at a moment of ours, neither just now nor long ago.
func (r *pages) timely(moment string) bool {
	age, err := r.shownFor(moment)
	return err == nil && age >= soonestAfter && age <= latestAfter
}

// shownFor is how long ago a form was shown. It fails with subscribers.ErrToken.
func (r *pages) shownFor(moment string) (time.Duration, error) {
	_, shown, err := r.Keyring.VerifyTimed(moment, subscribers.PurposeForm)
	return r.Now().Sub(shown), err
}

func wantsJSON(req *http.Request) bool {
	return strings.Contains(req.Header.Get("Accept"), "application/json")
}

func (r *pages) json(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		r.Log.Debug("answer not written whole", "error", err) // the program went away
	}
}
