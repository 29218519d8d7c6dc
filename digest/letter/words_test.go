package letter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/testing/proof"
)

// breaking has spaces that may be broken at for those that may not.
func breaking(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

// TestDates: the masthead's date, one of another year and one of the issue's
// own. Expected is what the JSON of CLDR 48.2 gives (dateFormats full and long,
// availableFormats MMMMd, the default numbering system), but for the first of a
// month in French, Italian and Brazilian Portuguese.
func TestDates(t *testing.T) {
	t.Parallel()
	tests := []struct{ tag, full, long, short string }{
		{"en", "Friday, January 2, 2026", "September 1, 2025", "January 1"},
		{"en-CA", "Friday, January 2, 2026", "September 1, 2025", "January 1"},
		{"en-GB", "Friday, 2 January 2026", "1 September 2025", "1 January"},
		{"en-AU", "Friday, 2 January 2026", "1 September 2025", "1 January"},
		{"en-IE", "Friday 2 January 2026", "1 September 2025", "1 January"},
		{"en-ZA", "Friday, 02 January 2026", "01 September 2025", "1 January"},
		{"de", "Freitag, 2. Januar 2026", "1. September 2025", "1. Januar"},
		{"de-CH", "Freitag, 2. Januar 2026", "1. September 2025", "1. Januar"},
		{"de-AT", "Freitag, 2. Jänner 2026", "1. September 2025", "1. Jänner"},
		{"fr", "vendredi 2 janvier 2026", "1er septembre 2025", "1er janvier"},
		{"fr-CH", "vendredi, 2 janvier 2026", "1er septembre 2025", "1er janvier"},
		{"es", "viernes, 2 de enero de 2026", "1 de septiembre de 2025", "1 de enero"},
		{"es-419", "viernes, 2 de enero de 2026", "1 de septiembre de 2025", "1 de enero"},
		{"es-PE", "viernes, 2 de enero de 2026", "1 de setiembre de 2025", "1 de enero"},
		{"es-HN", "viernes 02 de enero de 2026", "01 de septiembre de 2025", "1 de enero"},
		{"it", "venerdì 2 gennaio 2026", "1º settembre 2025", "1º gennaio"},
		{"it-CH", "venerdì, 2 gennaio 2026", "1º settembre 2025", "1º gennaio"},
		{"pt", "sexta-feira, 2 de janeiro de 2026", "1º de setembro de 2025", "1º de janeiro"},
		{"pt-BR", "sexta-feira, 2 de janeiro de 2026", "1º de setembro de 2025", "1º de janeiro"},
		{"pt-PT", "sexta-feira, 2 de janeiro de 2026", "1 de setembro de 2025", "1 de janeiro"},
		{"nl", "vrijdag 2 januari 2026", "1 september 2025", "1 januari"},
		{"pl", "piątek, 2 stycznia 2026", "1 września 2025", "1 stycznia"},
		{"ru", "пятница, 2 января 2026 г.", "1 сентября 2025 г.", "1 января"},
		{"ar", "الجمعة، 2 يناير 2026", "1 سبتمبر 2025", "1 يناير"},
		{"ar-AE", "الجمعة، 2 يناير 2026", "1 سبتمبر 2025", "1 يناير"},
		{"ar-EG", "الجمعة، ٢ يناير ٢٠٢٦", "١ سبتمبر ٢٠٢٥", "١ يناير"},
		{"ar-LB", "الجمعة، ٢ كانون الثاني ٢٠٢٦", "١ أيلول ٢٠٢٥", "١ كانون الثاني"},
		{"ar-TN", "الجمعة، 2 جانفي 2026", "1 سبتمبر 2025", "1 جانفي"},
		{"ar-MA", "الجمعة، 2 يناير 2026", "1 شتنبر 2025", "1 يناير"},
		{"ar-MR", "الجمعة، ٢ يناير ٢٠٢٦", "١ شتمبر ٢٠٢٥", "١ يناير"},
		{"sv", "Friday, January 2, 2026", "September 1, 2025", "January 1"}, // has no words yet
	}
	for _, tt := range tests {
		t.Run(tt.tag, func(t *testing.T) {
			t.Parallel()
			dated := func(day time.Time) digest.Printed {
				return digest.Printed{Article: digest.Article{Title: "T", Published: day}}
			}
			issue := digest.Issue{UID: sampleUID, Number: 1, Date: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC), Sections: []digest.IssueSection{{
				Articles: []digest.Printed{dated(time.Date(2025, 9, 1, 9, 0, 0, 0, time.UTC)), dated(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))},
			}}}
			m, err := letter.Render(issue, digest.Publication{Name: "N", Language: tt.tag}, letter.Options{AllDates: true})
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(breaking(m.Text), "\n")
			if got := lines[1]; !strings.HasSuffix(got, " · "+tt.full) {
				t.Errorf("masthead: got %q, want %q", got, tt.full)
			}
			for _, want := range []string{tt.long, tt.short} {
				if !slices.Contains(lines, want) {
					t.Errorf("no line is %q:\n%s", want, m.Text)
				}
			}
		})
	}
}

func TestNamesInSpanishSoundRight(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]string{
		"Ana|Isabel": "Por Ana e Isabel", "Ana|Hilda|Íñigo": "Por Ana, Hilda e Íñigo",
		"Ana|Hiedra": "Por Ana y Hiedra", "Isabel|Ana": "Por Isabel y Ana", "Ana y Eva|Luz": "Por Ana y Eva y Luz",
	} {
		article := sampleArticle(18, "T", "", "", strings.Split(names, "|")...)
		pub := samplePublication(t)
		pub.Language = "es"
		m := rendered(t, compiled(t, []digest.IssueSection{{Articles: []digest.Printed{article}}}, ""), pub)
		if !strings.Contains(m.Text, want) {
			t.Errorf("%s: no %q in\n%s", names, want, m.Text)
		}
	}
}

func TestLinesEndWhereAnEditorWould(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ language, give, want string }{
		{"fr", "Guerre : qui paie ? « Nous » !", "Guerre~: qui paie~? «~Nous~»~!"},
		{"fr", "14 000 morts en 2025 300 blessés, 1 000 000 de 12 345", "14~000 morts en 2025 300 blessés, 1~000~000 de 12~345"},
		{"fr", "1 0000 ou 100 %", "1 0000 ou 100~%"},
		{"pl", "Wojna w Ukrainie i „z bliska” o a", "Wojna w~Ukrainie i~„z~bliska” o~a"},
		{"ru", "Война в Украине и я", "Война в~Украине и~я"},
		{"en", "A war in a I w", "A war in a I w"},
		{"de", "Wer zahlt? 3 Jahre", "Wer zahlt? 3 Jahre"},
	} {
		pub := samplePublication(t)
		pub.Language = tt.language
		m := rendered(t, compiled(t, []digest.IssueSection{{Articles: []digest.Printed{sampleArticle(18, tt.give, "", "")}}}, ""), pub)
		if want := strings.ReplaceAll(tt.want, "~", "\u00a0"); !strings.Contains(m.Text, "\n"+want+"\n") || proof.Said(m.all("h2")[0]) != breaking(want) {
			t.Errorf("%s: no %q in\n%q", tt.language, want, m.Text)
		}
	}
}
