package inbox_test

import (
	"mime"
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

// TestAutomaticSubjects has the subjects that mail programs give their automatic answers
// where no other field of the mail says what it is.
func TestAutomaticSubjects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, subject string
		want          inbox.Kind
	}{
		{"English", "Automatic reply: Issue 12", inbox.AutoReply},
		{"English, away", "Out of Office: Issue 12", inbox.AutoReply},
		{"German", "Automatische Antwort: Issue 12", inbox.AutoReply},
		{"German, away", "Abwesenheitsnotiz: Issue 12", inbox.AutoReply},
		{"German, taken in", "Eingangsbestätigung: Issue 12", inbox.AutoReply},
		{"French", "Réponse automatique : Issue 12", inbox.AutoReply},
		{"French, away", "Absent(e) du bureau", inbox.AutoReply},
		{"Spanish", "Respuesta automática: Issue 12", inbox.AutoReply},
		{"Spanish, away", "Fuera de la oficina", inbox.AutoReply},
		{"Italian", "Risposta automatica: Issue 12", inbox.AutoReply},
		{"Italian, away", "Fuori ufficio: Issue 12", inbox.AutoReply},
		{"Portuguese", "Resposta automática: Issue 12", inbox.AutoReply},
		{"Portuguese, away", "Fora do escritório", inbox.AutoReply},
		{"Dutch", "Automatisch antwoord: Issue 12", inbox.AutoReply},
		{"Dutch, away", "Afwezigheidsbericht", inbox.AutoReply},
		{"Polish", "Automatyczna odpowiedź: Issue 12", inbox.AutoReply},
		{"Polish without accents", "Odpowiedz automatyczna: Issue 12", inbox.AutoReply},
		{"Polish, away", "Nieobecność w biurze", inbox.AutoReply},
		{"Russian", "Автоматический ответ: Issue 12", inbox.AutoReply},
		{"Russian in capitals", "АВТООТВЕТ", inbox.AutoReply},
		{"Ukrainian", "Автоматична відповідь: Issue 12", inbox.AutoReply},
		{"Bulgarian", "Автоматичен отговор: Issue 12", inbox.AutoReply},
		{"Arabic", "رد تلقائي: Issue 12", inbox.AutoReply},
		{"Hebrew", "תשובה אוטומטית: Issue 12", inbox.AutoReply},
		{"Turkish", "Otomatik yanıt: Issue 12", inbox.AutoReply},
		{"Swedish", "Automatiskt svar: Issue 12", inbox.AutoReply},
		{"Swedish, away", "Frånvaromeddelande", inbox.AutoReply},
		{"Danish and Norwegian", "Automatisk svar: Issue 12", inbox.AutoReply},
		{"Norwegian, away", "Fraværsmelding", inbox.AutoReply},
		{"Finnish", "Automaattinen vastaus: Issue 12", inbox.AutoReply},
		{"Czech", "Automatická odpověď: Issue 12", inbox.AutoReply},
		{"Slovak", "Automatická odpoveď: Issue 12", inbox.AutoReply},
		{"Hungarian", "Automatikus válasz: Issue 12", inbox.AutoReply},
		{"Romanian", "Răspuns automat: Issue 12", inbox.AutoReply},
		{"Croatian and Serbian", "Automatski odgovor: Issue 12", inbox.AutoReply},
		{"Slovenian", "Samodejni odgovor: Issue 12", inbox.AutoReply},
		{"Greek", "Αυτόματη απάντηση: Issue 12", inbox.AutoReply},
		{"Japanese", "自動応答: Issue 12", inbox.AutoReply},
		{"Chinese", "自动答复: Issue 12", inbox.AutoReply},
		{"Chinese, traditional", "自動回覆: Issue 12", inbox.AutoReply},
		{"Korean", "자동 회신: Issue 12", inbox.AutoReply},
		{"Indonesian", "Balasan otomatis: Issue 12", inbox.AutoReply},
		{"Vietnamese", "Trả lời tự động: Issue 12", inbox.AutoReply},
		{"Thai", "ตอบกลับอัตโนมัติ: Issue 12", inbox.AutoReply},

		{"a reply", "Re: Issue 12", inbox.Nothing},
		{"a Polish reply", "Odp: Issue 12, odpowiedź na Wasze pytanie", inbox.Nothing},
		{"a Dutch reply", "Antw: Issue 12, antwoord op uw vraag", inbox.Nothing},
		{"a Russian reply", "Ответ: Issue 12", inbox.Nothing},
		{"a German reply", "Antwort auf: Automatisierung im Büro", inbox.Nothing},
		{"a Turkish reply", "Ynt: Otomatik silahlar", inbox.Nothing},
		{"a Chinese reply", "回复: 自动驾驶", inbox.Nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := "From: Ann <ann@reader.example>\nTo: editor@magazine.example\nSubject: " + mime.QEncoding.Encode("utf-8", tt.subject) + "\n\nI write again on Monday.\n"
			r, err := inbox.Read(strings.NewReader(text), keyring(t), inbox.Envelope{})
			if err != nil || len(r.Findings) != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
			if got := r.Findings[0].Kind; got != tt.want {
				t.Errorf("%q is taken for %q, want %q", tt.subject, got, tt.want)
			}
		})
	}
}
