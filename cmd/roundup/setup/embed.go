package setup

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/digest/schedule"
	"roundup/web/readers"
)

func newEmbed(a *app.App) *cobra.Command {
	var tag string
	c := &cobra.Command{
		Use:   "embed",
		Short: "print the sign-up form for the publication's own site",
		Long: `Print the sign-up form as HTML to be put into a page of the publication's own site. It works
without JavaScript, and with its script says on that page what comes of it. The site must be
named in web.allow_origins.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return embed(a, tag) },
	}
	c.Flags().StringVar(&tag, "language", "", "of the form, and chosen by who signs up by it: the `TAG` of one of newsletter.languages")
	return c
}

func embed(a *app.App, tag string) error {
	configured, err := a.Config()
	if err != nil {
		return err
	}
	spoken := *configured // in the language of the form
	cfg := &spoken
	if tag != "" {
		if cfg.Newsletter.Language, err = words.Language(configured.Newsletter, tag); err != nil {
			return err
		}
	}
	if cfg.Newsletter.BaseURL == "" {
		return words.NoBaseURL("a form has nowhere to post to")
	}
	form, err := readers.Embed(readers.EmbedOptions{
		BaseURL: cfg.Newsletter.BaseURL, Language: cfg.Newsletter.Language, Chosen: tag != "",
		Sections: app.Sections(cfg), Weekly: schedule.RhythmOf(cfg.Schedule.Cron, cfg.Schedule.Every).Pace == schedule.Weekly, Templates: app.OwnPages(cfg),
	})
	if err != nil {
		return err
	}
	if site, err := url.Parse(cfg.Newsletter.SiteURL); err == nil && site.Host != "" {
		origin := strings.ToLower(site.Scheme + "://" + site.Host)
		if !slices.ContainsFunc(cfg.Web.AllowOrigins, func(o string) bool { return strings.EqualFold(o, origin) }) {
			a.Warn("%s may not post here yet: put it into web.allow_origins", origin)
		}
	}
	if a.JSON {
		return a.PrintJSON(map[string]string{"html": form})
	}
	_, err = fmt.Fprint(a.Out, form)
	return err
}
