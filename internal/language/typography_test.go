package language_test

import (
	"strings"
	"testing"

	"roundup/internal/language"
)

func TestCurl(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, language, give, want string }{
		{"double", "en", `"We Count the Ships at Night": Letters`, `“We Count the Ships at Night”: Letters`},
		{"single, as British headlines have them", "en", `'It was awful': villagers on the flood`, `‘It was awful’: villagers on the flood`},
		{"within", "en", `"I said 'no'," she said. "Twice."`, `“I said ‘no’,” she said. “Twice.”`},
		{"apostrophes", "en", `It's the readers' choice, they'll say`, `It’s the readers’ choice, they’ll say`},
		{"a decade", "en", `What the '90s Were Like in '68 and the 1970's`, `What the ’90s Were Like in ’68 and the 1970’s`},
		{"elided", "en", `'Tis the season for rock 'n' roll`, `’Tis the season for rock ’n’ roll`},
		{"a possessive within", "en", `'The readers' choice is clear', says editor`, `‘The readers’ choice is clear’, says editor`},
		{"inches", "en", `A 12" single and a 5'9" singer`, `A 12" single and a 5'9" singer`},
		{"inches within", "en", `"A 12" single", he said`, `“A 12" single”, he said`},
		{"without a partner", "en", `The "lost weekend`, `The "lost weekend`},
		{"code", "en", "Why `it's` prints \"x\"", "Why `it's` prints \"x\""},
		{"an attribute", "en", `<a href="x">it's</a>`, `<a href="x">it's</a>`},
		{"a call", "en", `print("x") isn't Python 2`, `print("x") isn't Python 2`},
		{"brackets are no call", "en", `The bank ("too big to fail") isn't`, `The bank (“too big to fail”) isn’t`},
		{"curled already", "en", `“It’s” fine`, `“It’s” fine`},
		{"a dash before", "en", `He left—"for good"`, `He left—“for good”`},
		{"German", "de", `"Diesmal bleibt's", sagt die 'Ministerin'`, `„Diesmal bleibt’s“, sagt die ‚Ministerin‘`},
		{"Swiss German", "de-CH", `"Diesmal"`, `«Diesmal»`},
		{"French", "fr", `"L'eau", dit-elle`, "«\u00a0L’eau\u00a0», dit-elle"},
		{"Spanish", "es", `"No", dijo`, `«No», dijo`},
		{"Italian", "it", `L'acqua e "il prezzo"`, `L’acqua e «il prezzo»`},
		{"Dutch", "nl", `"Nee" in 's-Hertogenbosch`, `“Nee” in ’s-Hertogenbosch`},
		{"Polish", "pl", `"Nie" powiedziała`, `„Nie” powiedziała`},
		{"Portuguese", "pt", `"Não", disse`, `“Não”, disse`},
		{"Russian", "ru", `"Нет", сказала`, `«Нет», сказала`},
		{"Arabic", "ar", `قالت "لا"`, `قالت «لا»`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := language.WordsFor(tt.language).Curl(tt.give); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := language.WordsFor(tt.language).Curl(tt.want); again != tt.want {
				t.Errorf("curled again: %q, want %q", again, tt.want)
			}
		})
	}
}

func TestCredit(t *testing.T) {
	t.Parallel()
	tests := []struct{ language, give, want string }{
		{"en", "Jonas Berg", "Picture: Jonas Berg"},
		{"en", "Photo by Jonas Berg", "Picture: Jonas Berg"},
		{"en", "Photograph: Omar Zreiqat/Getty Images", "Picture: Omar Zreiqat/Getty Images"},
		{"en", "Getty Images", "Picture: Getty Images"},
		{"en", "Composite: Guardian Design", "Picture: Guardian Design"},
		{"en", "Courtesy of NASA", "Picture: NASA"},
		{"en", "Photo credit: NASA", "Picture: NASA"},
		{"en", "Illustration by Mei-Ling Tan", "Picture: Mei-Ling Tan"},
		{"en", "© Agencia Andes", "Picture: © Agencia Andes"},
		{"en", "Photo", "Photo"},
		{"en", "AP Photo/J. Doe", "Picture: AP Photo/J. Doe"},
		{"en", "Cartoon Movement/M. Roth", "Cartoon Movement/M. Roth"},
		{"en", "Mapplethorpe Estate", "Picture: Mapplethorpe Estate"},
		{"en", "Photo courtesy of NASA", "Picture: NASA"},
		{"en", "Image courtesy NASA", "Picture: NASA"},
		{"en", "Courtesy of De Agostini", "Picture: De Agostini"},
		{"en", "Photo by De Agostini", "Picture: De Agostini"},
		{"en", "Photo by: Jonas Berg", "Picture: Jonas Berg"},
		{"en", "Photo-illustration: Jonas Berg", "Picture: Jonas Berg"},
		{"en", "AP: Evan Vucci", "Picture: AP: Evan Vucci"},
		{"en", "Wikimedia Commons: Jonas Berg", "Picture: Wikimedia Commons: Jonas Berg"},
		{"en", "CC BY-SA 4.0: Jonas Berg", "Picture: CC BY-SA 4.0: Jonas Berg"},
		{"en", "Photo: Ada; CC BY 4.0", "Picture: Ada; CC BY 4.0"},
		{"en", "Illustration by Ada: after Picasso", "Picture: Ada: after Picasso"},
		{"en", "Map data: OpenStreetMap contributors", "Map data: OpenStreetMap contributors"},
		{"en", "Artwork: Jane", "Picture: Jane"},
		{"en", "Infographic: Jane", "Picture: Jane"},
		{"en", "Video still: Jane", "Picture: Jane"},
		{"en", "File photo: AP", "Picture: AP"},
		{"en", "Screenshot: Jane", "Picture: Jane"},
		{"en", "Copyright: Jane", "Picture: Jane"},
		{"en", "Courtesy of: NASA", "Picture: NASA"},
		{"en", "AP Photo: Evan Vucci", "Picture: AP Photo: Evan Vucci"},
		{"en", "AFP: Jane", "Picture: AFP: Jane"},
		{"en", "dpa: Jane", "Picture: dpa: Jane"},
		{"en", "Reuters: Jane", "Picture: Reuters: Jane"},
		{"en", "Getty Images: Jane", "Picture: Getty Images: Jane"},
		{"en", "iStockphoto: Jane", "Picture: iStockphoto: Jane"},
		{"en", "Jonas Berg: Untitled", "Picture: Jonas Berg: Untitled"},
		{"en", "Cover Images: Jane", "Picture: Cover Images: Jane"},
		{"en", "Still Pictures: Jane", "Picture: Still Pictures: Jane"},
		{"en", "Archive Photos: Jane", "Picture: Archive Photos: Jane"},
		{"en", "Archive photos: Jane", "Picture: Jane"},
		{"en", "Still pictures: Jane", "Picture: Jane"},
		{"en", "File photos: AP", "Picture: AP"},
		{"en", "Press Photos: Jane", "Picture: Jane"},
		{"en", "Lead images: Jane", "Picture: Jane"},
		{"en", "Foto/Photos: Jane", "Picture: Jane"},
		{"en", "Cover images: Jane", "Picture: Jane"},
		{"en", "Cover image: Jane", "Picture: Jane"},
		{"en", "Photos: Jane", "Picture: Jane"},
		{"fr", "Crédits photos : Jeanne", "Crédit\u00a0: Jeanne"},
		{"fr", "Crédit photo : Jeanne", "Crédit\u00a0: Jeanne"},
		{"es", "Foto de archivo: Juana", "Imagen: Juana"},
		{"de", "Foto: dpa", "Bild: dpa"},
		{"de", "Archivfoto: dpa", "Bild: dpa"},
		{"de", "Symbolbild: dpa", "Bild: dpa"},
		{"de", "Titelbild: dpa", "Bild: dpa"},
		{"de", "Bildnachweis: dpa", "Bild: dpa"},
		{"de", "Fotomontage: dpa", "Bild: dpa"},
		{"de", "Infografik: dpa", "Bild: dpa"},
		{"de", "picture alliance: dpa", "picture alliance: dpa"},
		{"de", "Fotografie von Käthe Großmann", "Bild: Käthe Großmann"},
		{"en", "", ""},
	}
	for _, tt := range tests {
		if got := language.WordsFor(tt.language).CreditOf(tt.give); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

func TestBreakable(t *testing.T) {
	t.Parallel()
	tests := []struct{ language, give, want string }{
		{"de", "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz kehrt zurück",
			"Das Rind-fleisch-etikettierungs-überwachungs-aufgaben-übertragungs-gesetz kehrt zurück"},
		{"de", "Bundesverfassungsgerichtspräsident", "Bundes-verfassungs-gerichts-präsident"},
		{"de", "Sicherheitspolitik", "Sicherheits-politik"},
		{"de", "Getreidekorridor", "Getreidekorridor"},
		{"de", "https://magazin.example/ein-langer-weg-dorthin", "https://magazin.example/ein-langer-weg-dorthin"},
		{"en", "Antidisestablishmentarianism", "Antidisestablishmentarianism"},
	}
	for _, tt := range tests {
		if got := strings.ReplaceAll(language.WordsFor(tt.language).Breakable(tt.give), "\u00ad", "-"); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.give, got, tt.want)
		}
	}
}
