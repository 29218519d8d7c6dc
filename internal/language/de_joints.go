package language

import "strings"

// germanJoints end the first of two words that are joined.
func germanJoints() []string { return strings.Fields("ungs heits keits schafts tions täts") }

// germanSeconds stand second in many long words of the news, and begin no
// syllable in the middle of another word.
func germanSeconds() []string {
	return strings.Fields(`abkommen abstimmung ausschuss beauftragte behörde bericht beschluss bewegung beziehung botschaft
		bündnis bürger debatte demonstrat einrichtung entscheidung entwicklung etikettierung finanzierung fleisch flüchtling
		forderung forschung gebäude gefängnis gemeinschaft gericht gesellschaft gesetz gewerkschaft gespräch gruppe
		haushalt industrie kandidat katastrophe kommission konferenz konflikt kontrolle korridor krankenhaus kraftwerk krieg krise
		kriminalität lieferung maßnahme meister minister ministerium mitglied nachrichten organisation parlament partei
		politik politiker präsident programm projekt prozess reform regierung republik sicherheit sitzung sprecher
		staatsanwalt stillstand strategie streit streitkräfte system übertragung überwachung unternehmen untersuchung verband
		verbrechen verfahren verfassung verhandlung verletzung versammlung versicherung versorgung verteidigung vertrag
		verwaltung vorsitzende wachstum waffen wahlkampf wasser wirtschaft wissenschaft zusammenarbeit`)
}
