package feeds

import (
	"strings"

	"roundup/internal/lazy"
)

// tongue is what bylines of a language have of their own; empty for English and unknown ones.
type tongue struct {
	by  string // before the names
	and string // between the names, where it is too short to be told apart elsewhere
}

// tongueOf is the tongue of a language tag, "de-AT".
func tongueOf(tag string) tongue {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	switch base {
	case "de":
		return tongue{by: "von"}
	case "fr":
		return tongue{by: "par"}
	case "es":
		return tongue{by: "por"}
	case "pt":
		return tongue{by: "por", and: "e"}
	case "it":
		return tongue{by: "di", and: "e"}
	case "nl":
		return tongue{by: "door", and: "en"}
	case "pl":
		return tongue{and: "i"}
	}
	return tongue{}
}

var (
	byAbroad = lazy.Regexp(`^(?i:(von|par|por|door|di))\s+(\p{Lu}.*)$`)
	// givenAndFamily begin with two names: "Jörg Müller", "Ursula von der Leyen".
	givenAndFamily = lazy.Regexp(`^\p{Lu}[^\s,;]*\s+(?:(?:von|van|de|den|der|del|da|dos|di|la|le|zu|el|al)\s|\p{Lu})`)
)

// withoutBy is a byline without the "By" in front of it. "Von" and "Di" begin names, too: "von
// Hammerstein, Konstantin", "Von Miller", "Von Der Leyen", "Di Maio Luigi".
func (in tongue) withoutBy(s string) string {
	s = byPrefix().ReplaceAllString(s, "")
	m := byAbroad().FindStringSubmatch(s)
	if m == nil || strings.ToLower(m[1]) != in.by {
		return s
	}
	switch first, _, _ := strings.Cut(m[2], " "); {
	case m[1] == "Di" && !givenName().MatchString(first):
		return s
	case (in.by == "von" || in.by == "di") && (particle().MatchString(m[2]) || !givenAndFamily().MatchString(m[2])):
		return s
	}
	return m[2]
}
