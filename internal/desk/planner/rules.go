package planner

import (
	"cmp"
	"context"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/language"
)

// byHand is the source of articles that a person added.
const byHand = "added by hand"

// Publication is what mails say about the newsletter.
func (pl *Planner) Publication() digest.Publication {
	n := pl.cfg.Newsletter
	social := make([]digest.SocialLink, len(n.Social))
	for i, s := range n.Social {
		social[i] = digest.SocialLink(s)
	}
	return digest.Publication{
		Name:          n.Name,
		Tagline:       n.Tagline,
		SiteURL:       n.SiteURL,
		BaseURL:       n.BaseURL,
		NoArchive:     pl.cfg.Web.Archive == "off",
		Language:      n.Language,
		Location:      n.Timezone,
		PostalAddress: n.PostalAddress,
		Logo:          n.Logo,
		AccentColor:   n.AccentColor,
		Social:        social,
	}
}

// rules are the configured settings that choosing obeys, and the last rules of the
// sources that are not configured any more: a feed has moved, or its line was taken
// out, and its articles may still be owed.
func (pl *Planner) rules(ctx context.Context) (digest.Rules, error) {
	known, err := pl.store.Sources(ctx)
	c := pl.cfg.Digest
	r := digest.Rules{
		Hide:        c.Labels.Hide,
		Only:        c.Labels.Only,
		Sources:     map[string]digest.SourceRule{},
		MinArticles: c.MinArticles,
		MaxArticles: c.MaxArticles,
		MaxAge:      c.MaxAge,
		CutOff:      c.CutOff,
		Location:    pl.cfg.Newsletter.Timezone,
	}
	r.Sections = pl.Sections()
	for _, n := range c.Labels.Rename {
		r.Rename = append(r.Rename, digest.Rename(n))
	}
	for _, s := range known {
		s.Rule.Gone = true
		r.Sources[s.URL] = s.Rule
	}
	for _, s := range pl.cfg.Sources {
		r.Sources[s.Name()] = RuleOf(s)
	}
	return r, err
}

// RuleOf is what a source's include and exclude make of it.
func RuleOf(s config.Source) digest.SourceRule {
	return digest.SourceRule{Include: digest.Match(s.Include), Exclude: digest.Match(s.Exclude)}
}

// Sections are those configured, in the mail's order.
func (pl *Planner) Sections() []digest.Section { return SectionsOf(pl.cfg) }

// SectionsOf are the sections of a configuration.
func SectionsOf(cfg *config.Config) []digest.Section {
	var all []digest.Section
	for _, s := range cfg.Digest.Sections {
		all = append(all, digest.Section{
			Title: cmp.Or(s.Title, language.InBrief(cfg.Newsletter.Language)), Key: s.Key,
			Labels: s.Labels, Max: s.Max, Rest: s.Rest, Next: s.Overflow == "next", Compact: s.Compact,
		})
	}
	return all
}
