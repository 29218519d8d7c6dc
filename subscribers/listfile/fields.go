package listfile

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"roundup/internal/nearest"
)

// Headers that name a column, folded, the plain one first.
var (
	emailHeaders = []string{
		"email", "email address", "e mail", "e mail address", "mail", "emails", "emailaddress", "subscriber email", "user email",
		"adresse e mail", "adresse email", "adresse mail", "courriel", "e mail adresse",
		"correo electrónico", "correo electronico", "correo", "indirizzo email", "indirizzo e mail",
		"e mailadres", "emailadres", "endereço de e mail",
	}
	nameHeaders      = []string{"name", "full name", "display name", "subscriber name"}
	firstNameHeaders = []string{"first name", "firstname", "fname", "given name", "prénom", "vorname", "nombre", "voornaam"}
	lastNameHeaders  = []string{"last name", "lastname", "lname", "surname", "family name", "nom", "nachname", "apellidos", "cognome", "achternaam"}
	statusHeaders    = []string{"status", "subscription status"}
	labelHeaders     = []string{"labels", "tags"}
	joinedHeaders    = []string{"joined", "created at", "optin time", "subscribed at", "subscription time", "subscription date", "date added", "signup date", "creation date"}

	// In these a date, or anything at all, says that somebody left.
	leftHeaders = []string{"unsubscribed at", "unsub time", "unsubscribe date", "unsubscribed on"}
)

// field is something that a column can hold, and the headers it goes by.
type field struct {
	name    string
	headers []string
}

func fields() []field {
	return []field{
		{"email", emailHeaders},
		{"name", nameHeaders},
		{"first name", firstNameHeaders},
		{"last name", lastNameHeaders},
		{"status", statusHeaders},
		{"labels", labelHeaders},
		{"joined", joinedHeaders},
	}
}

// Fields are what ReadOptions.Columns can name a column for.
func Fields() []string {
	var names []string
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return names
}

// Role is what a column is taken for.
type Role struct {
	Field  string // one of Fields, or "left": the time somebody left
	Column string // its name, or its number from 1 where it has none
}

// roles tells what each column is taken for, in the order of Fields.
func (l layout) roles() []Role {
	var roles []Role
	for _, f := range append(fields(), field{"left", leftHeaders}) {
		for _, header := range f.headers {
			if place, ok := l.columns[header]; ok {
				roles = append(roles, Role{f.name, l.column(place)})
			}
		}
	}
	return roles
}

// column is how a person calls a column: by its name, or by its number from 1.
func (l layout) column(place int) string {
	if l.plain || place >= len(l.header) || strings.TrimSpace(l.header[place]) == "" {
		return strconv.Itoa(place + 1)
	}
	return strings.TrimSpace(l.header[place])
}

// place finds the column that a person calls so; an error when there is none.
func (l layout) place(option, called string, cells int) (int, error) {
	if !l.plain {
		for i, cell := range l.header {
			if foldHeader(cell) == foldHeader(called) {
				return i, nil
			}
		}
	}
	if n, err := strconv.Atoi(strings.TrimSpace(called)); err == nil && n >= 1 && n <= cells {
		return n - 1, nil
	}
	e := &NoColumnError{Option: option, Called: called, Count: cells}
	if !l.plain {
		e.Columns = l.header
		e.Near = nearest.Of(called, l.header)
	}
	return 0, e
}

// assign takes columns for what the operator says, over what their names say.
func (l *layout) assign(columns map[string]string, cells int) error {
	for _, f := range fields() {
		called, ok := columns[f.name]
		if !ok {
			continue
		}
		place, err := l.place(f.name, called, cells)
		if err != nil {
			return err
		}
		for _, header := range f.headers {
			delete(l.columns, header)
		}
		l.columns[f.headers[0]] = place
	}
	return nil
}

// columnsOf maps each folded header to its first place.
func columnsOf(header []string) map[string]int {
	columns := make(map[string]int, len(header))
	for i, cell := range header {
		if _, twice := columns[foldHeader(cell)]; !twice {
			columns[foldHeader(cell)] = i
		}
	}
	return columns
}

// foldHeader makes "E-Mail", " E_mail " and "e mail" one.
func foldHeader(s string) string {
	if isFolded(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', '\ufeff':
			return ' '
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// isFolded spares most cells the work.
func isFolded(s string) bool {
	for i := range len(s) {
		inner := s[i] == ' ' && i > 0 && i+1 < len(s) && s[i-1] != ' '
		if (s[i] < 'a' || s[i] > 'z') && !inner {
			return false
		}
	}
	return true
}

func isBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}
