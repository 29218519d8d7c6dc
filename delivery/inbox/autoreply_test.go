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

		{"Lithuanian", "Automatinis atsakymas: Issue 12", inbox.AutoReply},
		{"Latvian", "Automātiska atbilde: Issue 12", inbox.AutoReply},
		{"Estonian", "Automaatvastus: Issue 12", inbox.AutoReply},
		{"Catalan", "Resposta automàtica: Issue 12", inbox.AutoReply},
		{"Serbian", "Аутоматски одговор: Issue 12", inbox.AutoReply},
		{"Macedonian", "Автоматски одговор: Issue 12", inbox.AutoReply},
		{"Icelandic", "Sjálfvirkt svar: Issue 12", inbox.AutoReply},
		{"Basque", "Erantzun automatikoa: Issue 12", inbox.AutoReply},
		{"Malay", "Balasan Automatik: Issue 12", inbox.AutoReply},
		{"Persian", "پاسخ خودکار: Issue 12", inbox.AutoReply},
		{"Hindi", "स्वचालित उत्तर: Issue 12", inbox.AutoReply},

		{"a reply", "Re: Issue 12", inbox.Nothing},
		{"a Polish reply", "Odp: Issue 12, odpowiedź na Wasze pytanie", inbox.Nothing},
		{"a Dutch reply", "Antw: Issue 12, antwoord op uw vraag", inbox.Nothing},
		{"a Russian reply", "Ответ: Issue 12", inbox.Nothing},
		{"a German reply", "Antwort auf: Automatisierung im Büro", inbox.Nothing},
		{"a Turkish reply", "Ynt: Otomatik silahlar", inbox.Nothing},
		{"a Chinese reply", "回复: 自动驾驶", inbox.Nothing},
		{"alone, in brackets", "[Auto-Reply] Issue 12", inbox.AutoReply},
		{"before a dash", "Out of office - Issue 12", inbox.AutoReply},
		{"an acknowledgement", "Thank you for your email", inbox.AutoReply},
		{"a challenge", "Please confirm your message", inbox.AutoReply},
		{"asks for confirmation of a removal", "Please confirm that you have removed me", inbox.Nothing},
		{"thanks, and asks to be removed", "Thank you for your emails, please unsubscribe me", inbox.Nothing},
		{"a reply to a headline about leaving", "Re: No longer with us", inbox.Nothing},
		{"a reply to a headline about absence", "Re: In the absence of proof", inbox.Nothing},
		{"a reply to a headline about vacation", "AW: Urlaub", inbox.Nothing},
		{"a reply to an absence note", "Re: Automatic reply: Issue 12", inbox.Nothing},
		{"a letter about absence", "Absence makes the heart grow fonder", inbox.Nothing},
		{"a letter about vacation", "Urlaub in Zeiten der Krise", inbox.Nothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := "From: Ann <ann@reader.example>\nTo: editor@magazine.example\nSubject: " + mime.QEncoding.Encode("utf-8", tt.subject) + "\n\nI write again on Monday.\n"
			r, err := inbox.Read(strings.NewReader(text), keyring(t), inbox.Envelope{})
			if err != nil || len(r.Findings) != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
			if got := r.Findings[0]; got.Kind != tt.want || got.Guessed != (tt.want == inbox.AutoReply) {
				t.Errorf("%q is taken for %q, guessed %v; want %q", tt.subject, got.Kind, got.Guessed, tt.want)
			}
		})
	}
}

// TestNoBounce has mails that look like bounces and are none: others' newsletters and notices
// with the return paths of large senders, acknowledgements, receipts (RFC 8098).
func TestNoBounce(t *testing.T) {
	t.Parallel()
	const failed = "Last week an update could not be sent, and returned mail piled up: we can't reach everybody.\n"
	receipt := func(subject, disposition string) string {
		return "Return-Path: <>\nFrom: Ann <ann@reader.example>\nTo: bounces@magazine.example\nSubject: " + subject + "\n" +
			"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nYour message\n\n  To: ann@reader.example\n\nwas deleted without being read.\n" +
			"--b\nContent-Type: message/disposition-notification\n\nReporting-UA: x\nFinal-Recipient: rfc822; ann.lee@reader.example\nOriginal-Message-ID: <x@magazine.example>\nDisposition: " + disposition + "\n" +
			"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <x@magazine.example>\nSubject: Issue 12\nTo: ann@reader.example\n--b--\n"
	}
	tests := []struct {
		name, mail string
		want       inbox.Kind
		recipient  string
	}{
		{"a newsletter", "Return-Path: <bounces+12-ab@em.shop.example>\nFrom: Shop <news@shop.example>\nSubject: Sale\n\n" + failed, inbox.Nothing, ""},
		{"Mailchimp's", "Return-Path: <bounce-mc.us1_12.34-56@mail12.mcsv.example>\nFrom: Shop <news@shop.example>\nSubject: Your mail could not be sent\n\n" + failed, inbox.Nothing, ""},
		{"Amazon's", "Return-Path: <0102-000000@eu-west-1.amazonses.bounces.example>\nFrom: Shop <news@shop.example>\nSubject: Sale\n\n" + failed, inbox.Nothing, ""},
		{"a parcel", "Return-Path: <noreply@dhl.example>\nFrom: DHL Delivery Service <noreply@dhl.example>\nSubject: Your parcel could not be delivered\n\n" + failed, inbox.Nothing, ""},
		{
			"a helpdesk's acknowledgement", "Return-Path: <bounces+34-cd@helpdesk.example>\nFrom: Support <support@acme.example>\nSubject: [Request received] Issue 12\n" +
				"Auto-Submitted: auto-replied\n\nYour request (99) has been received. If our answer is returned to you or could not be sent, call us.\n",
			inbox.AutoReply, "support@acme.example",
		},
		{
			"an absence note through Postfix's pipe", "Return-Path: <MAILER-DAEMON>\nFrom: Ann <ann@reader.example>\nSubject: I will be back\nAuto-Submitted: auto-replied\n\n" + failed,
			inbox.AutoReply, "ann@reader.example",
		},
		{"not read", receipt("Not read: Issue 12", "automatic-action/MDN-sent-automatically; deleted"), inbox.AutoReply, "ann.lee@reader.example"},
		{"read", receipt("Read: Issue 12", "manual-action/MDN-sent-manually; displayed"), inbox.AutoReply, "ann.lee@reader.example"},
		{"a filter that refuses", strings.Replace(receipt("Automatically rejected mail", "automatic-action/MDN-sent-automatically; deleted"), "From: Ann <ann@", "From: Mail Sieve Subsystem <postmaster@", 1), inbox.Soft, "ann.lee@reader.example"},
		{"a receipt of another type", strings.Replace(receipt("Read: Issue 12", "manual-action/MDN-sent-manually; displayed"), "message/disposition", "text/x-disposition", 1), inbox.AutoReply, "ann@reader.example"},
	}
	for _, tt := range tests {
		r, err := inbox.Read(strings.NewReader(tt.mail), keyring(t), inbox.Envelope{})
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != tt.want || r.Findings[0].Recipient != tt.recipient || r.Findings[0].Guessed {
			t.Errorf("%s: %+v, %v; want %s %s", tt.name, r.Findings, err, tt.want, tt.recipient)
		}
	}
}
