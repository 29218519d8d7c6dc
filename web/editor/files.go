package editor

import "net/http"

// mail serves the HTML part: as it is or, for a frame, as a reader sees it who
// prefers a scheme. Its links open beside the page.
func (s *server) mail(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ctx, cancel := s.patient(w, r)
	defer cancel()
	done, err := s.compile(ctx, q.Get("as"))
	if err != nil {
		s.fail(w, err)
		return
	}
	markup := done.preview.HTML
	if q.Has("scheme") {
		markup = forFrame(markup, displayOf(q).Scheme)
	}
	policy := mailPolicy + withImages
	if displayOf(q).Images == imagesOff {
		policy = mailPolicy + withoutImages
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	_, _ = w.Write([]byte(markup)) // a browser that went away
}

// file serves one form of the issue.
func (s *server) file(kind string, pick func(Preview) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := s.patient(w, r)
		defer cancel()
		done, err := s.compile(ctx, r.URL.Query().Get("as"))
		if err != nil {
			s.fail(w, err)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(pick(done.preview)) // a browser that went away
	}
}

// fail shows the editor the error itself: it is the editor's own template,
// configuration or database.
func (s *server) fail(w http.ResponseWriter, err error) {
	http.Error(w, "The issue could not be put together:\n\n"+err.Error(), http.StatusInternalServerError)
}
