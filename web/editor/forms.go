package editor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"roundup/digest"
)

// readable lets through a form that can be read whole, and gives its answer time; of any
// other it says why nothing came of it, where its handler would take what is missing for empty.
func (s *server) readable(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseForm()
		if err == nil {
			if err = r.ParseMultipartForm(maxForm); errors.Is(err, http.ErrNotMultipart) {
				err = nil
			}
		}
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			err = fmt.Errorf("what was sent is too large (more than %d KB): nothing was changed", large.Limit>>10)
		case err != nil:
			err = fmt.Errorf("what was sent could not be read: nothing was changed (%w)", err)
		default:
			ctx, cancel := s.patient(w, r)
			defer cancel()
			next(w, r.WithContext(ctx))
			return
		}
		s.answer(w, r, remark{Text: err.Error(), Bad: true})
	}
}

// edit makes the one change of a button. Its value is the verb, or "move 2"
// for a move to the second place.
func (s *server) edit(w http.ResponseWriter, r *http.Request) {
	c, err := changeOf(r)
	if err != nil {
		s.answer(w, r, remark{Text: err.Error(), Bad: true})
		return
	}
	s.answer(w, r, s.change(r, c, s.before(r)))
}

// before is the issue that a change is made to; empty where it can't be put together,
// which the change may be to mend.
func (s *server) before(r *http.Request) Preview {
	before, err := s.compile(r.Context(), asOf(r))
	if err != nil {
		return Preview{}
	}
	return before.preview
}

// change makes a change and says what became of it.
func (s *server) change(r *http.Request, c digest.Change, before Preview) remark {
	edited, err := s.Desk.Edit(r.Context(), c)
	var refused *digest.ChangeError
	if errors.As(err, &refused) && refused.Code == digest.EditedSince {
		now, _ := s.compile(r.Context(), asOf(r)) // where it fails, its words are known all the same
		return remark{Clashes: []clash{clashOf(c, now.preview)}}
	}
	if err != nil {
		return remark{Text: err.Error(), Bad: true}
	}
	said := remark{Text: edited.Said, Article: c.Article}
	if after, err := s.compile(r.Context(), asOf(r)); err == nil {
		said.Text = saidOf(c, edited.Said, before, after.preview)
	}
	if edited.Undo != nil {
		said.Undo = s.history.add(said.Text, edited.Undo)
	}
	return said
}

// asOf is the subscriber as whom the page that sent a form shows the mail.
func asOf(r *http.Request) string {
	query, err := url.ParseQuery(r.FormValue("display"))
	if err != nil {
		return ""
	}
	return query.Get("as")
}

// changeOf reads a form's change.
func changeOf(r *http.Request) (digest.Change, error) {
	verb, place, _ := strings.Cut(r.FormValue("do"), " ")
	c := digest.Change{Do: digest.Verb(verb), Text: typed(r.FormValue("text")), Section: r.FormValue("section")}
	if place == "" {
		place = r.FormValue("place")
	}
	var errs []error
	number := func(name, value string) int64 {
		n, err := numberOf(name, value)
		errs = append(errs, err)
		return n
	}
	c.Article = number("article", r.FormValue("article"))
	c.Issue = int(number("issue", r.FormValue("issue")))
	c.Place = int(number("place", place))
	if c.Do != digest.DoMove {
		c.Section, c.Place = "", 0
	}
	return c, errors.Join(errs...)
}

// numberOf reads a number of a form; 0 for none.
func numberOf(name, value string) (int64, error) {
	if value == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s: %q is not a number", name, value)
	}
	return n, nil
}

func numbered(n int64) string { return strconv.FormatInt(n, 10) }

// words writes the texts of a form that differ from what it was filled with, but
// for those that were changed elsewhere since.
func (s *server) words(w http.ResponseWriter, r *http.Request) {
	c, err := changeOf(withVerb(r, digest.DoSubject)) // for article and issue
	if err != nil {
		s.answer(w, r, remark{Text: err.Error(), Bad: true})
		return
	}
	var sum remark
	var said []string
	for _, verb := range []digest.Verb{digest.DoSubject, digest.DoPreheader, digest.DoNote, digest.DoHeadline, digest.DoBlurb} {
		name := string(verb)
		c.Do, c.Text, c.Was = verb, typed(r.FormValue(name)), seenAs(r, verb)
		if !r.PostForm.Has(name) || c.Text == typed(r.FormValue(name+"-was")) {
			continue
		}
		one := s.change(r, c, s.before(r))
		if len(one.Clashes) > 0 {
			sum.Clashes = append(sum.Clashes, one.Clashes...)
			continue
		}
		said = append(said, one.Text)
		sum.Undo, sum.Article, sum.Bad = one.Undo, one.Article, one.Bad
		if one.Bad {
			break
		}
	}
	if len(said) == 0 && len(sum.Clashes) == 0 {
		said = []string{"Nothing was changed."}
	}
	sum.Text = strings.Join(said, " ")
	s.answer(w, r, sum)
}

// withVerb lets changeOf read a form that names no verb.
func withVerb(r *http.Request, verb digest.Verb) *http.Request {
	r.Form.Set("do", string(verb))
	return r
}

// typed is what a person typed: browsers end the lines of a form with CRLF.
func typed(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

func (s *server) test(w http.ResponseWriter, r *http.Request) {
	said, err := s.Desk.SendTest(r.Context(), typed(r.FormValue("to")))
	s.answer(w, r, remarkOf(said, err))
}

func (s *server) fetch(w http.ResponseWriter, r *http.Request) {
	if s.Fetcher == nil {
		http.NotFound(w, r)
		return
	}
	said, err := s.Fetcher.Fetch(r.Context())
	s.answer(w, r, remarkOf(said, err))
}

func (s *server) check(w http.ResponseWriter, r *http.Request) {
	if s.Checker == nil {
		http.NotFound(w, r)
		return
	}
	stamp, _ := s.Desk.Stamp(r.Context()) // where it fails, so does the check
	results, err := s.Checker.Check(r.Context())
	if errors.Is(r.Context().Err(), context.Canceled) {
		return // nobody waits for it any more
	}
	s.mu.Lock()
	s.seen = checked{results: results, err: err, stamp: stamp, at: s.Now(), done: true}
	s.mu.Unlock()
	s.answer(w, r, remarkOf(checksSaid(results), err))
}

// patient lets an answer take longer than a page should, but not for ever.
func (s *server) patient(w http.ResponseWriter, r *http.Request) (context.Context, context.CancelFunc) {
	if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
		s.Log.Debug("the usual deadline stays", "error", err)
	}
	return context.WithTimeout(r.Context(), patience)
}

func remarkOf(said string, err error) remark {
	if err != nil {
		return remark{Text: err.Error(), Bad: true}
	}
	return remark{Text: said}
}

// answer sends the browser back to the page, which says what was done, or why not.
func (s *server) answer(w http.ResponseWriter, r *http.Request, said remark) {
	query, err := url.ParseQuery(r.FormValue("display"))
	if err != nil {
		query = nil
	}
	more := url.Values{"said": {s.remarks.keep(said)}}
	// Relative, whatever path the page is mounted under.
	w.Header().Set("Location", displayOf(query).address(more))
	w.WriteHeader(http.StatusSeeOther)
}
