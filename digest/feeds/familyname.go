package feeds

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"roundup/internal/lazy"
)

var (
	// initials are "N.", "J.-P." and "A. B."; bare ones are without dots, "JP".
	initials     = lazy.Regexp(`^(?:\p{Lu}\.[\s-]?){1,4}$`)
	bareInitials = lazy.Regexp(`^\p{Lu}{1,2}$`)
	// etAl stands for those who are not named.
	etAl = lazy.Regexp(`(?i)[\s,]+(?:et\.? al\.?|u\.\s?a\.|et coll\.)\s*$|(?:\s*,\s*|\s+(?:and|&|with|und|mit|et|avec|y|con)\s+)(?:news |other )?(?:agencies|agenturen|agences|agencias)\s*$`)
	// particle begins a family name, and no given one.
	particle = lazy.Regexp(`^(?i:de|del|della|di|da|dos|du|van|von|der|den|ter|ten|la|le|el|al|bin|ibn|ben|mac|zu|zur|af|av)\s`)
)

// givenFirst turns the comma-separated pieces of a byline round that has family
// names first: "Doe, Jane", "García Márquez, Gabriel", and in pairs with
// initials, "LAPALU, N., SIMON, A.". All others it returns as they are.
func givenFirst(pieces []string) []string {
	if len(pieces) == 2 && familyFirst(pieces[0], pieces[1]) || inPairs(pieces) {
		turned := make([]string, 0, len(pieces)/2)
		for i := 0; i < len(pieces); i += 2 {
			turned = append(turned, pieces[i+1]+" "+pieces[i])
		}
		return turned
	}
	return pieces
}

// inPairs reports family names that each have initials behind them. Letters
// without dots are initials only behind a single word: "Jane Doe, UN".
func inPairs(pieces []string) bool {
	if len(pieces)%2 != 0 {
		return false
	}
	for i := 0; i < len(pieces); i += 2 {
		family, given := pieces[i], pieces[i+1]
		switch bare := bareInitials().MatchString(given); {
		case !bare && !initials().MatchString(given), bare && strings.ContainsAny(family, " "):
			return false
		case agency().MatchString(family), agency().MatchString(given), suffix().MatchString(given):
			return false
		case utf8.RuneCountInString(family) < 2, initials().MatchString(family):
			return false
		}
	}
	return true
}

// familyFirst reports one person, family name first: one word each, and no
// agencies; or a family name of several words and one that is known for a given
// name. "Jane Doe, Gabriel" is not one, nor "Jane Doe, Oslo".
func familyFirst(family, given string) bool {
	for _, s := range []string{family, given} {
		if agency().MatchString(s) || suffix().MatchString(s) {
			return false
		}
	}
	words := strings.Fields(family)
	switch first, _ := utf8.DecodeRuneInString(given); {
	case len(words) == 0 || len(strings.Fields(given)) != 1 || !unicode.IsUpper(first):
		return false
	case len(words) == 1:
		first, _ := utf8.DecodeRuneInString(family)
		return unicode.IsUpper(first)
	case len(words) > 3:
		return false
	default:
		return givenName().MatchString(given) && (particle().MatchString(family) || !givenName().MatchString(words[0]))
	}
}

// givenName are common ones of the languages that have family names of several
// words. A byline is turned round for them alone: what else stands behind a
// comma may be a place or a paper.
var givenName = lazy.Regexp(`(?i)^(?:` +
	`adrián|alberto|alejandra|alejandro|alfonso|alfredo|alice|alicia|álvaro|amalia|ana|andrea|andreas|andrés|` +
	`ángel|angela|anna|anne|antoine|antónio|antonio|arturo|beatriz|benjamin|bernardo|bruno|camila|carla|carlos|` +
	`carmen|carolina|caroline|catarina|catherine|cecilia|césar|charles|charlotte|chiara|christian|christina|` +
	`christine|clara|claudia|claudio|cristina|daniel|daniela|david|diana|diego|eduarda|eduardo|elena|elisa|` +
	`elisabeth|elizabeth|emilia|emilio|emma|enrique|ernesto|esteban|eva|fabio|federico|felipe|félix|fernanda|` +
	`fernando|filipe|florian|francesca|francesco|francisca|francisco|françois|frédéric|gabriel|gabriela|george|` +
	`giovanni|gloria|gonzalo|guillermo|gustavo|hans|heinrich|helena|henri|henrique|hernán|hugo|ignacio|inês|inés|` +
	`irene|isabel|isabella|iván|ivan|jaime|james|jan|javier|jean|jane|joan|joana|joão|joaquín|johan|johanna|` +
	`johannes|john|jorge|josé|josefina|juan|juana|julia|julian|julián|juliana|julie|julio|karl|karla|katharina|` +
	`laura|leonardo|leonor|lisa|lorena|lorenzo|lucas|lucía|luigi|luís|luis|luisa|manuel|manuela|marc|marcel|` +
	`marcela|marcelo|marco|marcos|margarita|maria|maría|mariana|mariano|marie|marina|mario|marta|martha|martin|` +
	`martín|martina|mateo|matías|matteo|maurice|mauricio|michael|michel|michele|miguel|mónica|monika|natalia|` +
	`nicolás|nicolas|nuno|octavio|olga|oscar|óscar|pablo|paola|paolo|patricia|patricio|paul|paula|paulo|pedro|` +
	`peter|philippe|pierre|pilar|rafael|ramón|raquel|raúl|ricardo|rita|robert|roberto|rodrigo|rosa|rosario|rubén|` +
	`rui|salvador|samuel|sandra|santiago|sara|sebastián|sergio|silvia|simon|simone|sofía|sofia|sophie|stefan|` +
	`susana|teresa|thomas|tiago|tomás|valentina|valeria|verónica|vicente|víctor|victoria|vincent|virginia|wilhelm|` +
	`william|ximena|yolanda)$`)
