package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"roundup/cmd/roundup/app"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/web/hooks"
)

// maxFetched is the most octets that a provider's certificate may have.
const maxFetched = 64 << 10

// withHooks puts what providers post before the readers' pages, where a provider is
// configured.
func withHooks(ctx context.Context, a *app.App, pages http.Handler, log *slog.Logger) (http.Handler, error) {
	h := a.Settings.Bounces.Webhooks
	secrets := h.Secrets()
	if len(secrets) == 0 {
		return pages, nil
	}
	l, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	own := desk.OwnClient(version)
	before := ""
	if base, err := url.Parse(a.Settings.Newsletter.BaseURL); err == nil {
		before = strings.TrimRight(base.Path, "/")
	}
	posted := hooks.New(hooks.Options{
		Secrets: secrets, SESTopic: h.SES.Topic, SendGrid: h.SendGrid.PublicKey, Mailgun: string(h.Mailgun.SigningKey),
		Returns: posts{l, log}, Now: a.Now, Log: log, BeforePath: before,
		Get: func(ctx context.Context, url string) ([]byte, error) {
			answer, err := own.Get(ctx, url, nil, maxFetched)
			if err != nil {
				return nil, err
			}
			if answer.Status != http.StatusOK {
				return nil, fmt.Errorf("answered %d", answer.Status)
			}
			return answer.Body, nil
		},
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, before+"/hooks/") || strings.HasPrefix(r.URL.Path, "/hooks/") {
			posted.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	}), nil
}

// posts hands what providers post to the list.
type posts struct {
	list *list.List
	log  *slog.Logger
}

// Posted takes events together; those that were taken are known when they are posted again.
func (r posts) Posted(ctx context.Context, provider string, events []hooks.Event) error {
	all := make([]list.Posted, len(events))
	for i, e := range events {
		all[i] = list.Posted(e)
	}
	taken, err := r.list.Posted(ctx, provider, all)
	for _, t := range taken {
		r.log.Info("came back", "provider", provider, "kind", t.Kind, "reason", t.Reason, "effect", t.Effect)
	}
	return err
}
