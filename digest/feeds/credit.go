package feeds

import (
	"strings"

	"roundup/internal/lazy"
)

const (
	captionLimit = 300
	creditLimit  = 120
	altLimit     = 250
)

// source words begin the credit of a picture.
const creditWords = `(?:photo(?:graphs?|s)?|image|picture|foto|fotografía|bild|crédit(?:s)?(?: photos?)?|credits?|source)`

// creditText is what a credit may hold: no end of a sentence, but the dot of an
// initial or of a number, "A. Poe (CC BY-SA 4.0)".
const creditText = `(?:\b(?:\pL|[JS]r)\.|[^.]|\.\S){2,120}`

const (
	// outlet is a paper or an agency behind a photographer, by a word that such have in their names.
	outlet = `(?:[\pL\pN.'’& -]{0,40} )?(?:Images?|Pictures|Photos?|Press|News|Magazine|Media|Agency|Agence|Agencia|Agência|Agenzia|Agencja|Agentur|Times|Post|Herald|Guardian|Telegraph|Independent|Observer|` +
		`Economist|Journal|Tribune|Globe|Chronicle|Atlantic|Intercept|Yorker|Jazeera|Bloomberg|Monde|Figaro|Libération|País|Mundo|Spiegel|Zeit|Zeitung|Presse|Corriere|Repubblica|Stampa|Folha|Globo|Volkskrant|Wyborcza|` +
		`Xinhua|Anadolu|ANSA|Ansa|EFE|Lusa|Belga|PAP|TASS|UPI|ANP|dpa|ddp|laif|imago|Keystone|Magnum|Redux|Panos|Sipa|SIPA|ZUMA|Zuma|NurPhoto|Hans Lucas|picture alliance)(?: [^()\[\]/]{1,40})?`
	// creditedTo is who a credit names after a word that may also begin a sentence, or a title:
	// "Photography by night is hard", "Bild / Text: eine Ausstellung".
	creditedTo = `(?-i:\p{Lu})(?:[^.:]|\.\S|\b\pL\.){1,119}`
	// fullName is a name with a paper's or without: "Anna De Santis/Ansa". "Foto di" may also begin a
	// sentence: "Foto di gruppo davanti al palazzo".
	fullName = `(?-i:\p{Lu}[\pL.'’-]*(?:[ /]+(?:(?:da|de|del|della|di) )?\p{Lu}[\pL.'’-]*)+)`
)

var (
	// inBrackets is a credit at a caption's end or start: "(Photo: Jane Doe/AFP)".
	inBrackets = lazy.Regexp(`(?i)\s*[(\[]\s*((?:(?:` + creditWords + `|photography|fotografia|фото)\s*(?:credit|by|courtesy(?: of)?)?\s*(?::|/|\bby\b|\bvia\b|\bcourtesy\b|©|\|)|via |©|courtesy(?: of)?|illustration(?: by|:)|AP |AP/|AFP|Reuters|Getty|EPA|Xinhua)[^()\[\]]*|[^()\[\]]*(?:/|\bvia )(?:AP|AFP|Reuters|Getty Images|EPA|Shutterstock|Wikimedia[^()\[\]]*|Flickr|Unsplash|Alamy)[^()\[\]]*|(?-i:\p{Lu}[\pL.'’-]+ \p{Lu}[\pL.'’ -]{1,40} ?/ ?` + outlet + `))[)\]]\s*`)
	// atTheEnd is a credit after the sentence: "… in March. Photo: Jane Doe".
	atTheEnd    = lazy.Regexp(`(?i)(?:^|[.!?”"'’)|;]\s*|\s[|–—]\s*)(` + creditWords + `(?: credit)?\s*(?::|\bby\b|©|\bcourtesy of\b)\s*` + creditText + `|(?:photography(?: by|:)|(?:fotografia|фото):|` + creditWords + `\s/)\s+` + creditedTo + `|foto(?:grafia)? di ` + fullName + `|fot\.\s*` + creditText + `|(?:illustration|composite|graphic)(?:\s*:|\s+by)\s*` + creditText + `|courtesy of ` + creditText + `|©\s*` + creditText + `|(?:AFP|AP|Reuters|EPA)/[^.|/]{2,60}|[^.|]{2,80}/(?:AP|AFP|Reuters|Getty Images|EPA)[^.|]{0,60}|(?:AFP|AP|Reuters|EPA|Getty Images)(?: Photo)?)\.?\s*$`)
	lastInitial = lazy.Regexp(`\s(?:\p{Lu}|Jr|Sr)\.$`)
	// prefix is what a credit says of itself.
	creditPrefix = lazy.Regexp(`(?i)^[^\pL\pN]*(?:` + creditWords + `|photography|fotografia|фото)(?:\s*credits?)?\s*(?::|\bby\b|\bcourtesy of\b|\bdi\b|/|\|)\s*(?:by\s+)?|^(?i:fot\.)\s*`)
)

// splitCredit takes the credit out of a caption, unless it is known already, and
// the words "Photo:" or "Credit:" off it, which a mail says in its own way.
func splitCredit(caption, credit string) (rest, by string) {
	if credit != "" {
		// Feeds repeat the credit in the caption.
		caption = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(caption), credit))
		return caption, bareCredit(credit)
	}
	if m := inBrackets().FindStringSubmatchIndex(caption); m != nil && (m[1] == len(caption) || m[0] == 0) {
		return strings.TrimSpace(caption[:m[0]] + caption[m[1]:]), bareCredit(caption[m[2]:m[3]])
	}
	if m := atTheEnd().FindStringSubmatchIndex(caption); m != nil {
		rest := strings.TrimRight(caption[:m[2]], " |–—;")
		return rest, bareCredit(caption[m[2]:m[3]])
	}
	return caption, ""
}

func bareCredit(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = s[1 : len(s)-1]
	}
	s = strings.TrimSpace(creditPrefix().ReplaceAllString(s, ""))
	if lastInitial().MatchString(s) {
		return s
	}
	return strings.TrimRight(s, " .")
}
