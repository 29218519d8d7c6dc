package subscribers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"roundup/internal/nearest"
)

// Filter says which readers are meant: those for whom all terms hold. The zero value
// means everybody.
type Filter struct{ Terms []Term }

// Term is one thing that holds of a reader, or does not.
type Term struct {
	Not   bool
	Field FilterField
	Op    string    // of FilterJoined: "<", "<=", "=", ">=" or ">"
	Value string    // of the others
	Day   time.Time // of FilterJoined: the beginning of the day, in UTC
}

// FilterField is what a term is about.
type FilterField string

// What a filter can ask.
const (
	FilterStatus  FilterField = "status"  // a Status
	FilterLabel   FilterField = "label"   // one of the reader's labels, as it is written
	FilterSection FilterField = "section" // the key of one that the reader has not turned off
	FilterDomain  FilterField = "domain"  // of the address
	FilterJoined  FilterField = "joined"  // a day, before, since or after it
)

// FilterFields lists what a filter can ask.
func FilterFields() []string {
	return []string{string(FilterStatus), string(FilterLabel), string(FilterSection), string(FilterDomain), string(FilterJoined)}
}

// FilterError says what is wrong with a filter, and where.
type FilterError struct {
	Text   string // the filter
	At     int    // where in it, in characters from 0
	Reason string
	Near   string // what was meant, most likely; "" for nothing
}

func (e *FilterError) Error() string { return e.Reason }

// ParseFilter reads terms with spaces between them:
//
//	status:active label:patron joined:>2026-01-01 domain:example.org -label:"old friends"
//
// All must hold; one with a minus sign before it must not. A value with spaces stands
// between quotation marks, in which \" is one. sections are the keys of those that
// readers can choose. Its error is a *FilterError.
func ParseFilter(text string, sections []string) (f Filter, err error) {
	p := filterParser{text: []rune(text), sections: sections}
	for {
		p.spaces()
		if p.at == len(p.text) {
			return f, nil
		}
		t, err := p.term()
		if err != nil {
			return Filter{}, err
		}
		f.Terms = append(f.Terms, t)
	}
}

type filterParser struct {
	text     []rune
	at       int
	sections []string // there are
}

func (p *filterParser) fail(at int, near, form string, args ...any) error {
	return &FilterError{Text: string(p.text), At: at, Reason: fmt.Sprintf(form, args...), Near: near}
}

func (p *filterParser) spaces() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

func (p *filterParser) term() (t Term, err error) {
	if t.Not = p.text[p.at] == '-'; t.Not {
		p.at++
	}
	begin := p.at
	for p.at < len(p.text) && p.text[p.at] != ':' && p.text[p.at] != ' ' {
		p.at++
	}
	field := string(p.text[begin:p.at])
	if p.at == len(p.text) || p.text[p.at] != ':' {
		return t, p.fail(begin, "", "%q is no term: write FIELD:VALUE", field)
	}
	t.Field = FilterField(field)
	if !slices.Contains(FilterFields(), field) {
		return t, p.fail(begin, nearest.Of(field, FilterFields()), "there is no field %q; there are %s", field, strings.Join(FilterFields(), ", "))
	}
	p.at++
	begin = p.at
	if t.Value, err = p.value(); err != nil {
		return t, err
	}
	if t.Value == "" {
		return t, p.fail(begin, "", "nothing stands behind %s:", field)
	}
	return t, p.check(&t, begin)
}

// value reads what stands behind a colon, bare or between quotation marks.
func (p *filterParser) value() (string, error) {
	begin := p.at
	if p.at == len(p.text) || p.text[p.at] != '"' {
		for p.at < len(p.text) && p.text[p.at] != ' ' {
			p.at++
		}
		return string(p.text[begin:p.at]), nil
	}
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			if p.at++; p.at < len(p.text) && p.text[p.at] != ' ' {
				return "", p.fail(p.at, "", "a space must follow a quotation mark that closes")
			}
			return b.String(), nil
		case c == '\\' && p.at+1 < len(p.text) && (p.text[p.at+1] == '"' || p.text[p.at+1] == '\\'):
			p.at++
			b.WriteRune(p.text[p.at])
		default:
			b.WriteRune(c)
		}
	}
	return "", p.fail(begin, "", "this quotation mark is never closed")
}

// check sees to it that a value is one of its field's. at is where it begins.
func (p *filterParser) check(t *Term, at int) error {
	switch t.Field {
	case FilterStatus:
		if !Status(t.Value).Known() {
			return p.fail(at, nearest.Of(t.Value, statusNames()), "%q is no status; there are %s", t.Value, strings.Join(statusNames(), ", "))
		}
	case FilterDomain:
		t.Value = strings.TrimPrefix(t.Value, "@")
		domain, reason := parseDomain(t.Value)
		if reason != "" {
			return p.fail(at, "", "%q is no domain: it %s", t.Value, reason)
		}
		t.Value = domain
	case FilterLabel:
		if strings.ContainsRune(t.Value, 0) {
			return p.fail(at, "", "a label holds no NUL")
		}
	case FilterSection:
		switch {
		case len(p.sections) == 0:
			return p.fail(at, "", "the newsletter has no sections that readers choose from")
		case !slices.Contains(p.sections, t.Value):
			return p.fail(at, nearest.Of(t.Value, p.sections), "there is no section %q; there are %s", t.Value, strings.Join(p.sections, ", "))
		}
	case FilterJoined:
		t.Op, t.Value = "=", strings.TrimSpace(t.Value)
		for _, op := range []string{"<=", ">=", "<", ">", "="} {
			if rest, ok := strings.CutPrefix(t.Value, op); ok {
				t.Op, t.Value, at = op, rest, at+len(op)
				break
			}
		}
		day, err := time.Parse(time.DateOnly, t.Value)
		if err != nil {
			return p.fail(at, "", "%q is no day: write it as 2026-01-31", t.Value)
		}
		t.Day, t.Value = day, ""
	}
	return nil
}

func statusNames() []string {
	var names []string
	for _, s := range Statuses() {
		names = append(names, string(s))
	}
	return names
}

// Match reports whether a reader is meant. What a database is asked must say the same.
func (f Filter) Match(s Subscriber) bool {
	return !slices.ContainsFunc(f.Terms, func(t Term) bool { return t.holds(s) == t.Not })
}

func (t Term) holds(s Subscriber) bool {
	switch t.Field {
	case FilterStatus:
		return s.Status == Status(t.Value)
	case FilterLabel:
		return slices.Contains(s.Labels, t.Value)
	case FilterSection:
		return s.Choice.Wants(t.Value)
	case FilterDomain:
		_, domain, _ := strings.Cut(s.Key, "@")
		return domain == t.Value
	case FilterJoined:
		from, until := t.Span()
		return (from.IsZero() || !s.Joined.Before(from)) && (until.IsZero() || s.Joined.Before(until))
	}
	return false
}

// Span is from when, and until before when, a term lets somebody join; zero for no bound.
func (t Term) Span() (from, until time.Time) {
	next := t.Day.AddDate(0, 0, 1)
	switch t.Op {
	case "<":
		return time.Time{}, t.Day
	case "<=":
		return time.Time{}, next
	case ">":
		return next, time.Time{}
	case ">=":
		return t.Day, time.Time{}
	}
	return t.Day, next
}
