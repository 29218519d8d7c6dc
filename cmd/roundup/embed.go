package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/words"
	"roundup/web/readers"
)

func newEmbed(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "embed",
		Short: "print the sign-up form for the publication's own site",
		Long: `Print the sign-up form as HTML to be put into a page of the publication's own site. It works
without JavaScript, and with its script says on that page what comes of it. The site must be
named in web.allow_origins.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.embed() },
	}
}

func (a *app) embed() error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if cfg.Newsletter.BaseURL == "" {
		return noBaseURL("a form has nowhere to post to")
	}
	form, err := readers.Embed(cfg.Newsletter.BaseURL, cfg.Newsletter.Language)
	if err != nil {
		return err
	}
	if site, err := url.Parse(cfg.Newsletter.SiteURL); err == nil && site.Host != "" {
		origin := strings.ToLower(site.Scheme + "://" + site.Host)
		if !slices.ContainsFunc(cfg.Web.AllowOrigins, func(o string) bool { return strings.EqualFold(o, origin) }) {
			a.warn("%s may not post here yet: put it into web.allow_origins", origin)
		}
	}
	if a.json {
		return a.printJSON(map[string]string{"html": form})
	}
	_, err = fmt.Fprint(a.std.Out, form)
	return err
}

// noBaseURL is what is amiss where readers' pages are nowhere to be reached.
func noBaseURL(what string) error {
	return &words.HintedError{Err: fmt.Errorf("%s: newsletter.base_url is not set", what), Hint: "set it to where readers reach `roundup serve`"}
}
