package feeds

import (
	"strings"
	"sync"
	"unicode"

	"roundup/internal/lazy"
)

// work is a kind of word for what somebody did for an article.
type work int

const (
	nothing work = iota
	more         // says nothing by itself: "additional"
	aside        // what others than the authors did: "photos"
	writing      // "reporting"; a name may hold it, too: "Washington Post"
	text         // "words", which no name ends with
	joins        // "and"
	one          // "a"
)

// works are the words for what somebody did, in the languages that bylines come in.
var works = sync.OnceValue(func() map[string]work {
	known := map[string]work{}
	for kind, words := range map[work]string{
		more:  `additional original all zusätzliche propos`,
		joins: `and & + with und mit et avec y con e com en met i z ze`,
		one:   `a an the ein eine un une uma des les`,
		text:  `words text texte textes texto textos testo testi tekst`,
		writing: `story stories analysis report reporting reported written published posted guest post essay opinion commentary interview interviewed
			review reviewed research author compiled curated hosted presented
			bericht reportage protokoll aufgezeichnet recherche kommentar gastbeitrag gastkommentar kolumne beitrag autor autorin autoren verfasst geschrieben
			récit enquête analyse entretien tribune chronique recueilli recueillis écrit publié rédigé auteur auteure auteurs autrice article
			reportaje entrevista escrito crónica análisis publicado autora autores artículo
			scritto articolo intervista pubblicato inchiesta cura reportagem análise artigo
			verhaal artikel geschreven gepubliceerd onderzoek
			autorka autorzy rozmowa rozmawia rozmawiał rozmawiała rozmawiali opracowanie wywiad reportaż`,
		aside: `photo photos photograph photographs photography photographed photographer picture pictures image images illustration illustrations illustrated illustrator
			video videos graphic graphics translated translation edited produced
			foto fotos fotografie fotografien fotograf fotografin fotografiert bild bilder illustrationen illustriert zeichnungen grafik grafiken übersetzt übersetzung
			photographie photographies photographe illustré illustrée dessins traduit traduite traduction vidéo vidéos infographie
			fotografía fotografías fotógrafo fotógrafa imágenes ilustración ilustraciones dibujos traducción traducido
			fotografo immagini illustrazioni disegni traduzione tradotto fotografia fotografias imagens ilustrações tradução traduzido
			foto's foto’s fotograaf beeld illustratie illustraties tekeningen vertaling vertaald fot zdjęcia ilustracje rysunki tłumaczenie przekład`,
	} {
		for _, word := range strings.Fields(words) {
			known[word] = kind
		}
	}
	return known
})

var (
	// beforeName stands between what somebody did and the name; of a few Polish words nothing does.
	beforeName = lazy.Regexp(`(?i)([\s\x{a0}\x{202f}]*:\s*|\s+(?:by|von|par|por|di|de|door|van|przez)(?:\s*:\s*|\s+|$))|(?:^|[\s,;(])(?:fot(\.\s*)|rozmawia(?:ł[ai]?)?(\s+))`)
	// mayBeOf are the words before a name that are also between those of one.
	mayBeOf = lazy.Regexp(`(?i)^\s+(?:von|de|di|van)\b`)
	// behindName is what may say behind a name what somebody did: "Anna Müller (Text)".
	behindName = lazy.Regexp(`\s*[(\[]([^()\[\]]*)[)\]]`)
	// translatedFrom and ausDem say of which language a translation is.
	translatedFrom = lazy.Regexp(`(?i)(translated|translation|traduite?|traduction|traducido|traducción|tradotto|traduzione|traduzido|tradução|vertaald|vertaling)\s+(?:from(?:\s+the)?\s|de l['’]|du\s|del\s|dall['’]|dal\s|do\s|uit het\s)\s*\pL+`)
	ausDem         = lazy.Regexp(`(?i)aus dem \pL+(?:\s+übersetzt)?`)
)

// deed is what a text says at its end that somebody did.
type deed struct {
	from   int  // where that begins, with what joins it to what is before
	wrote  bool // it has words for writing
	others bool // it has words for what others than authors do
	named  bool // it has words for writing that a name may hold
	apart  bool // something parts it from what is before
}

// deedIn reads the words for what somebody did off the end of a text: "Jane Doe, words and photos".
func deedIn(s string) (d deed, found bool) {
	d.from = len(s)
	for end := len(s); ; end = d.from {
		rest := strings.TrimRight(s[:end], " ,/")
		begin := len(strings.TrimRightFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("&+'’", r) }))
		kind := works()[strings.ToLower(rest[begin:])]
		if kind == nothing {
			d.apart = d.apart || begin == len(rest) || strings.ContainsAny(s[len(rest):d.from], ",/")
			return d, d.wrote || d.others
		}
		d.from = begin
		d.apart = kind == joins
		d.wrote = d.wrote || kind == text || kind == writing
		d.named = d.named || kind == writing
		d.others = d.others || kind == aside
	}
}

// credited are names, and whether they are of others than the authors.
type credited struct {
	names string
	aside bool
}

// splitDeeds parts a byline at what it says that somebody did: "Story by Jane Doe, photos by
// John Roe".
func splitDeeds(byline string) []credited {
	byline = translatedFrom().ReplaceAllString(ausDem().ReplaceAllString(byline, "übersetzt"), "$1")
	var all []credited
	start, others := 0, false
	for _, at := range beforeName().FindAllStringSubmatchIndex(byline, -1) {
		begin, end := max(at[2], at[4], at[6]), at[1]
		if begin < start {
			continue
		}
		d, found := deedIn(byline[start:begin])
		switch {
		case !found, d.named && !d.apart: // "Washington Post: Jane Doe" is one name
			continue
		case (d.wrote || start+d.from == 0) && mayBeOf().MatchString(byline[begin:end]) && !givenAndFamily().MatchString(byline[end:]):
			continue // "Tribune de Genève" is one, too
		}
		all = append(all, credited{strings.TrimRight(byline[start:start+d.from], " .("), others})
		start, others = end, !d.wrote
	}
	return append(all, credited{byline[start:], others})
}

// people are the names of those who wrote, and of the others.
func (c credited) people(in tongue) (authors, others []string) {
	start := 0
	for _, at := range behindName().FindAllStringSubmatchIndex(c.names, -1) {
		d, found := deedIn(c.names[at[2]:at[3]])
		if !found || d.from > 0 {
			continue
		}
		names := in.names(c.names[start:at[0]])
		start = at[1]
		if last := len(names) - 1; last >= 0 && !d.wrote {
			names, others = names[:last], append(others, names[last])
		}
		authors = append(authors, names...)
	}
	authors = append(authors, in.names(c.names[start:])...)
	if c.aside {
		return nil, append(authors, others...)
	}
	return authors, others
}
