package reason

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"roundup/internal/lazy"
)

// abroad is the reason that a text in another language than English gives; "" for none.
//
// That a reader is gone ends a subscription, so it must be said in so many words: within one
// clause a noun of the recipient, what says that there is none, and between them no words
// but those of the language's fill. An error, a cause, an address of ours in the same clause
// says something else, and so does a condition, a guess, a login or a term for our address in
// the same sentence, and a code that is about us or of a mailbox that exists. Who is gone and is
// not known by this is mailed on: what is left of the codes mostly says nothing about a reader.
func (d Diagnosis) abroad() Reason {
	text := d.foreign()
	line := strings.Join(strings.Fields(text), " ") // a line may end within what is looked for
	if !hint().MatchString(line) {
		return ""
	}
	spoken := slices.DeleteFunc(slices.Clone(languages()), func(l tongue) bool { return l.silent(line) })
	loggedIn := login().MatchString(line)
	found, before := map[Reason]bool{}, ""
	for _, sentence := range sentenceEnd().Split(text, -1) {
		aboutLogin := loggedIn && login().MatchString(before+" "+sentence)
		before = sentence
		sentence = strings.Join(strings.Fields(sentence), " ")
		var said []Reason
		for _, l := range spoken {
			said = append(said, l.of(sentence)...)
		}
		for _, why := range said {
			switch {
			case why.Group() != Gone:
				found[why] = true
			case aboutLogin:
				found[Security] = true
			case !slices.Contains(said, Undefined):
				found[why] = true
			}
		}
	}
	for _, why := range []Reason{MailboxFull, Rejected, Policy, Security} {
		if found[why] {
			return why
		}
	}
	switch d.ofCode().Group() {
	case Us, Mailbox:
		return ""
	}
	for _, why := range []Reason{HostUnknown, UserUnknown} {
		if found[why] {
			return why
		}
	}
	return ""
}

// ofCode is what the codes say before any word.
func (d Diagnosis) ofCode() Reason {
	subject := d.subject()
	return cmp.Or(specific(subject), general(subject), ofReply(d.Code))
}

// tongue is a language, its expressions compiled.
type tongue struct {
	gone, host, ours, unknown *regexp.Regexp // what says that nobody is there, of whom
	reader, domain            *regexp.Regexp
	box, full                 *regexp.Regexp
	place, other, doubt       *regexp.Regexp
	tried, either             *regexp.Regexp
}

// silent reports whether a text has no words by which the language says anything.
func (l tongue) silent(text string) bool {
	return !l.unknown.MatchString(text) && !(l.full.MatchString(text) && l.box.MatchString(text))
}

// of is what a sentence says in one language, clause by clause. A condition or a guess is one
// for all of its clauses, and makes Undefined of what would be Gone: a related language,
// which has the same words, may not know it for one.
func (l tongue) of(sentence string) []Reason {
	if l.silent(sentence) {
		return nil
	}
	sentence = l.either.ReplaceAllString(l.tried.ReplaceAllString(sentence, " "), " $1$2 ")
	if l.unknown.MatchString(sentence) && sender().MatchString(sentence) {
		return []Reason{Rejected}
	}
	doubted := l.doubt.MatchString(sentence)
	var all []Reason
	for _, clause := range clauseEnd().Split(sentence, -1) {
		why := l.ofClause(clause)
		if why.Group() == Gone && doubted {
			why = Undefined
		}
		all = append(all, why)
	}
	return all
}

// ofClause is what a clause says in one language; "" for nothing.
func (l tongue) ofClause(clause string) Reason {
	switch {
	case l.full.MatchString(clause) && l.box.MatchString(clause) && !l.other.MatchString(clause):
		return MailboxFull
	case !l.unknown.MatchString(clause):
		return ""
	case l.ours.MatchString(clause):
		return Rejected
	case ourHost().MatchString(clause):
		return Policy
	}
	clause = l.place.ReplaceAllString(clause, " ")
	switch {
	case l.other.MatchString(clause):
		return ""
	case l.domain.MatchString(clause) && l.host.MatchString(clause) && l.reader.MatchString(clause):
		return HostUnknown
	case !l.domain.MatchString(clause) && l.gone.MatchString(clause):
		return UserUnknown
	}
	return ""
}

// languages are those of the table, compiled once one is needed.
var languages = sync.OnceValue(func() []tongue {
	all := make([]tongue, 0, len(abroadTables))
	for _, l := range abroadTables {
		all = append(all, l.compile())
	}
	return all
})

func (l language) compile() tongue {
	words := func(expressions ...string) string { // one of them, each a whole word
		expressions = slices.DeleteFunc(expressions, func(e string) bool { return e == "" })
		return `(?:` + strings.Join(expressions, "|") + `)`
	}
	begin, end, gap := `(?:^|\PL)`, `(?:\PL|$)`, `\PL+`
	server := words(l.server, anyServer)
	place := words(l.place) + gap + `(?:` + words(l.fill) + gap + `){0,2}` + words(server, l.domain)
	if l.joined {
		begin, end, gap, place = "", "", `\PL*`, words(l.place)
	}
	one := func(expression string) *regexp.Regexp { return regexp.MustCompile(begin + words(expression) + end) }
	reader, unknown, such, ours := words(l.reader), words(l.unknown), words(l.such, l.unknown), words(l.ours)
	between := `(?:` + words(l.fill, l.reader) + gap + `)`
	said := func(of string) string {
		return words(of+gap+between+`*`+unknown, unknown+gap+between+`{0,3}`+of, such+gap+between+`?`+of)
	}
	if l.place == "" {
		place = nothing
	}
	not, noun := words(l.unknown, l.alike), `(?:`+words(l.fill, l.reader)+gap+`)*`
	twice := words(`(`+words(l.unknown)+`(?:`+gap+words(l.fill, l.reader)+`)*)`+gap+anyOr+gap+noun+not, not+gap+noun+anyOr+gap+noun+`(`+l.unknown+`)`)
	return tongue{
		gone: one(words(said(reader), l.whole)), host: one(said(words(l.domain))), ours: one(said(ours)), unknown: one(words(such, l.whole)),
		reader: one(reader), domain: one(l.domain), place: one(place),
		other: one(words(ours, l.other, server, `error|url|smtp|tls`, words(l.whose)+gap+`(?:`+words(l.fill)+gap+`)?`+reader)),
		doubt: one(words(l.doubt)),
		tried: one(words(cmp.Or(l.tried, nothing))), either: one(twice),
		box: one(words(l.box)), full: one(words(l.full)),
	}
}

// senderTerms are those of protocol, which servers do not translate.
const senderTerms = `(?:(?:(?:mail|envelope)[ -]?)?from|envelope[ -]?sender|return[ -]?path|reply[ -]?to|bounces?(?:[ -]?adr\pL+)?)`

// nothing is an expression that no text has.
const nothing = `[^\s\S]`

// anyOr stands between two ways to say that nobody is there, in every language: no doubt.
const anyOr = `(?:oder|bzw|ou|o|oppure|of|eller|tai|lub|albo|nebo|alebo|vagy|veya|или|або|чи|或者?|か|または|또는)`

// anyServer are machines in every language.
const anyServer = `servers?|hosts?|relay|gateway`

var (
	// ourHost is what may be unknown of our host, in every language.
	ourHost = lazy.Regexp(`(?:^|[^a-z])(?:ip(?:v[46])?|dns|ptr|spf|dkim|dmarc|helo|ehlo)(?:[^a-z]|$)`)

	// sender is what servers call our address in every language, login our name at theirs.
	sender = lazy.Regexp(`(?:^|[^a-z])` + senderTerms + `(?:[^a-z]|$)`)
	login  = lazy.Regexp(`authenti[cfs]|autenti|autentiz|log-?in|log-?on|anmeld|inlogg|innlogg|pålogg|kirjautumi|logowani|uwierzytelni|přihlášen|prihláseni|bejelentkez|hitelesítés|oturum aç|kimlik doğrula|аутентиф|автентиф|авториза|身[份分][验驗][证證]|登[录錄入陆陸]|认证|認証|認證|ログイン|인증|로그인`)

	// senderField is such a term with a colon, which ends no sentence.
	senderField = lazy.Regexp(`((?:^|[^a-z])` + senderTerms + `) ?[:：]`)

	// hint is one of the words without which no language says anything.
	hint = sync.OnceValue(func() *regexp.Regexp {
		var all []string
		for _, l := range abroadTables {
			all = append(all, l.unknown, l.full, cmp.Or(l.such, l.unknown), cmp.Or(l.whole, l.unknown))
		}
		return regexp.MustCompile(strings.Join(all, "|"))
	})

	sentenceEnd = lazy.Regexp(`[.:;!?|…·。：；！？]|\s[-–—]+\s|\n\s*\n`)
	clauseEnd   = lazy.Regexp(`[,()\[\]，、（）【】]`)

	// quoted are words that are somebody else's, such as our subject.
	quoted = lazy.Regexp(`"[^"\n]{1,120}"|“[^”\n]{1,120}”|„[^“”\n]{1,120}[“”]|«[^»\n]{1,120}»|»[^«\n]{1,120}«|「[^」\n]{1,120}」|『[^』\n]{1,120}』|《[^》\n]{1,120}》`)

	// subjectLine is a line that shows the subject of the mail that came back.
	subjectLine = lazy.Regexp(`(?i)(?:(?:^|\PL)(?:subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|konu|тема)|主[题題旨]|件名|[标標][题題]|제목)\s*[:：=][^\n]*`)

	// named is an address, a host, a code.
	named = lazy.Regexp(`[<(（\["]*(?:[a-z0-9.!#$%&'*+/=?^_{|}~-]+@[a-z0-9.-]+[a-z0-9]|https?://[^\s<>]+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)[>)）\]"]*|[<(（\[]\s*[>)）\]]`)
)

// foreign is the text without what it names and quotes, in lower case.
func (d Diagnosis) foreign() string {
	text := subjectLine().ReplaceAllString(d.Text[:min(len(d.Text), maxText)], "\n\n")
	text = named().ReplaceAllString(quoted().ReplaceAllString(strings.ToLower(text), " "), " ")
	return senderField().ReplaceAllString(text, "$1 ")
}
