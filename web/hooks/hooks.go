// Package hooks is what mail providers post: bounces, complaints and leavings, each
// verified the way its provider documents, and read into what the inbox reads mails into.
//
// It must not know the list or the database: what is proven is handed to an interface,
// and what it can't take is asked for again.
//
// Start reading here; each provider has a file.
package hooks

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"roundup/delivery/inbox"
)

// maxBody is the most octets a provider may post.
const maxBody = 1 << 20

// Event is what a provider says, once.
type Event struct {
	ID       string // the provider's, the same when it is posted again
	Sole     bool   // the ID is proof of one event: another that has it, too, is a forged one
	Findings []inbox.Finding
	Path     string // the envelope sender of the mail, which may hold a token; "" where it does not say
}

// Returns takes what came back. Done twice it changes nothing.
type Returns interface {
	Posted(ctx context.Context, provider string, events []Event) error
}

// Options are what the hooks are built from. A provider without a secret is not served.
type Options struct {
	Secrets    map[string]string // by provider: the last part of its path
	SESTopic   string            // the one topic that is ours
	SendGrid   string            // the verification key, as SendGrid shows it
	Mailgun    string            // the webhook signing key
	Returns    Returns
	Get        func(ctx context.Context, url string) ([]byte, error) // fetches SNS's certificates, and confirms
	Roots      *x509.CertPool                                        // that SNS's certificates lead to; nil for the system's
	Now        func() time.Time
	Log        *slog.Logger
	BeforePath string // of the base URL
}

// Errors of what was posted.
var (
	errCredentials = errors.New("not by whom it should be")
	errMalformed   = errors.New("not what the provider posts")
)

// partError says that some events of a batch could not be read; the others are good.
type partError struct{ unread, of int }

func (e *partError) Error() string {
	return fmt.Sprintf("%d of %d events are not what the provider posts", e.unread, e.of)
}

// provider verifies and reads what one provider posts; with a *partError, what could be read.
type provider func(r *http.Request, body []byte) ([]Event, error)

// New returns the handler of /hooks/PROVIDER/SECRET. A wrong secret and a wrong
// signature are 401, trouble of ours 503, what was taken before 200; never 403, at which
// some stop for good.
func New(o Options) http.Handler {
	sns := &sns{topic: o.SESTopic, roots: o.Roots, get: o.Get, now: o.Now, log: o.Log, certificates: map[string]certificate{}}
	providers := map[string]provider{
		"ses":      sns.read,
		"sendgrid": sendgrid{key: o.SendGrid}.read,
		"mailgun":  (&mailgun{key: o.Mailgun, now: o.Now}).read,
		"postmark": readPostmark,
		"brevo":    readBrevo,
	}
	refused := &refusals{told: map[string]time.Time{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, secret, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, o.BeforePath), "/hooks/"), "/")
		read := providers[name]
		switch {
		case read == nil || o.Secrets[name] == "" || !same(secret, o.Secrets[name]):
			if read != nil && refused.isNews(name, o.Now()) {
				o.Log.Warn("refused what a provider posted", "provider", name, "why", wrongSecret(name, o.Secrets))
			}
			http.Error(w, "unknown", http.StatusUnauthorized)
			return
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			o.Log.Warn("refused what a provider posted: it is more than 1 MiB", "provider", name)
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		case err != nil:
			w.WriteHeader(http.StatusServiceUnavailable) // whoever still listens posts it again
			return
		}
		status := take(r, name, read, body, o)
		w.WriteHeader(status)
	})
}

// decode reads what a provider posted. It fails with errMalformed alone: the decoder's own
// words would be about our types.
func decode(body []byte, into any) error {
	if json.Unmarshal(body, into) != nil {
		return errMalformed
	}
	return nil
}

// decodeBatch reads an array of events, each by itself. Its error is a *partError where some can't be
// read: they would not be another time either, so the others are not to be posted again for them.
// Where none can it is errMalformed: the provider says something new, and a later version may read it.
func decodeBatch[T any](body []byte) (all []T, err error) {
	var batch []json.RawMessage
	if err := decode(body, &batch); err != nil {
		return nil, err
	}
	for _, one := range batch {
		var event T
		if decode(one, &event) == nil {
			all = append(all, event)
		}
	}
	switch unread := len(batch) - len(all); {
	case unread == 0:
		return all, nil
	case len(all) == 0:
		return nil, errMalformed
	default:
		return all, &partError{unread, len(batch)}
	}
}

// wrongSecret says why the secret of a path is not a provider's, without either.
func wrongSecret(name string, secrets map[string]string) string {
	if secrets[name] == "" {
		return "bounces.webhooks." + name + ".secret is not set"
	}
	return "the secret in its address is not bounces.webhooks." + name + ".secret"
}

// refusals are those for a wrong secret. Anybody can post one: they are in the log once an
// hour and provider.
type refusals struct {
	mu   sync.Mutex
	told map[string]time.Time // by provider
}

// isNews reports whether a refusal is the first of its hour.
func (r *refusals) isNews(name string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, told := r.told[name]
	if age := now.Sub(last); told && age >= 0 && age < time.Hour {
		return false
	}
	r.told[name] = now
	return true
}

func take(r *http.Request, name string, read provider, body []byte, o Options) int {
	events, err := read(r, body)
	var part *partError
	switch {
	case errors.As(err, &part):
		o.Log.Warn("left out some of what a provider posted: it is not what "+name+" posts", "provider", name, "left_out", part.unread, "of", part.of)
		err = nil
	case errors.Is(err, errCredentials):
		o.Log.Warn("refused what a provider posted", "provider", name, "why", err)
		return http.StatusUnauthorized
	case errors.Is(err, errMalformed):
		o.Log.Warn("could not read what a provider posted: it is not what "+name+" posts", "provider", name)
		return http.StatusBadRequest
	}
	if err == nil {
		err = o.Returns.Posted(r.Context(), name, events)
	}
	if err != nil {
		o.Log.Error("could not take what a provider posted", "provider", name, "error", err)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// same compares in a time that does not tell how much is the same.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
