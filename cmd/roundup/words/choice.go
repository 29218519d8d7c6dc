package words

import (
	"strings"

	"roundup/config"
	"roundup/internal/language"
	"roundup/subscribers"
)

// Choice says what a reader gets who chose that.
func Choice(cfg *config.Config, c subscribers.Choice) string {
	var on, off []string
	for _, s := range cfg.Digest.Sections {
		if title := sectionTitle(cfg, s); c.Wants(s.Key) {
			on = append(on, title)
		} else {
			off = append(off, title)
		}
	}
	said := "every issue"
	if c.Monthly {
		said = "the first issue of each month"
	}
	if c.Language != "" {
		said += ", " + spoken(cfg.Newsletter, c.Language)
	}
	switch {
	case len(off) == 0:
		return said
	case len(on) == 0:
		return said + ", but no section that there is"
	}
	return said + ": " + strings.Join(on, ", ") + "; not " + strings.Join(off, ", ")
}

// spoken says in which language the words around the articles are for who chose one.
func spoken(n config.Newsletter, chosen string) string {
	found := n.LanguageFor(chosen)
	said := "the words around the articles in " + language.SelfNames([]string{found})[0] + " (" + found + ")"
	if language.Among(chosen, n.Offered()) == "" {
		said += ", since " + chosen + " is not offered"
	}
	return said
}

func sectionTitle(cfg *config.Config, s config.Section) string {
	if s.Title == "" {
		return language.InBrief(cfg.Newsletter.Language)
	}
	return s.Title
}
