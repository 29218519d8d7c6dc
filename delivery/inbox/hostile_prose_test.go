package inbox_test

import (
	"mime"
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

// headed is a mail with a subject that may be in any letters.
func headed(header, subject, text string) string {
	return header + "Subject: " + mime.QEncoding.Encode("utf-8", subject) + "\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n"
}

// headline is a mail of ours that came back, under another subject.
func headline(subject string) string {
	return "\n" + strings.Replace(returnedMail, "Subject: Issue 12", "Subject: "+mime.QEncoding.Encode("utf-8", subject), 1)
}

// polite are phrases of bounces for good that have the words of those for now.
var polite = []string{
	"如有问题请稍后与管理员联系", "请检查地址后稍后再试", "您的邮件尚未送达", "このメッセージの再配信を試行しません。", "メッセージの再送信を試みてください。",
	"Veuillez faire une nouvelle tentative avec une adresse correcte.", "Si todavía no lo ha hecho, compruebe la dirección. No se harán más intentos.", "Desculpe a demora.",
	"Bitte entschuldigen Sie die Verzögerung dieser Meldung.", "Если вы ещё не проверили адрес, проверьте его.", "다시 시도할 수 있습니다.", "You may try again later.", "We will try again.",
}

// TestSaysDelayed: where no code tells, a polite phrase is none that says that delivery goes on.
func TestSaysDelayed(t *testing.T) {
	t.Parallel()
	const daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: bounces@magazine.example\n"
	mail := func(subject, said string) string {
		return headed(daemon, subject, "Could not send it:\n\n<a@reader.example>: "+said+"\n") + headline("Issue 12")
	}
	tests := []struct {
		name, mail string
		want       inbox.Kind
	}{
		{"Chinese, to be tried by the sender", mail("退信", "用户不存在\n\n请检查地址后稍后再试。"), inbox.Hard},
		{"Japanese, not tried", mail("配信エラー", "宛先不明\n\nこのメッセージの再配信を試行しません。"), inbox.Hard},
		{"French, to be tried by the sender", mail("Message non distribué", "destinataire inconnu\n\nVeuillez faire une nouvelle tentative avec une adresse correcte."), inbox.Hard},
		{"Spanish, not tried", mail("No entregado", "usuario desconocido\n\nSi todavía no lo ha hecho, compruebe la dirección. No se harán más intentos."), inbox.Hard},
		{"Russian, a condition", mail("Письмо не доставлено", "пользователь не найден\n\nЕсли вы ещё не проверили адрес, проверьте его."), inbox.Hard},
		{"Korean, may be tried by the sender", mail("반송", "존재하지 않는 사용자\n\n다시 시도할 수 있습니다."), inbox.Hard},

		{"German, an apology", mail("Unzustellbar", "Empfänger unbekannt\n\nBitte entschuldigen Sie die Verzögerung."), inbox.Soft},
		{"French, patience", mail("Message non distribué", "destinataire inconnu\n\nVeuillez patienter, de nouvelles tentatives auront lieu."), inbox.Soft},
		{"Italian", mail("Mancata consegna", "utente sconosciuto\n\nSi è verificato un ritardo, non è ancora finita."), inbox.Soft},
		{"Chinese, patience", mail("退信", "用户不存在\n\n请耐心等待，邮件尚未送达。"), inbox.Soft},
		{"Chinese, tried later", mail("退信", "用户不存在\n\n系统稍后将重试。"), inbox.Soft},
		{"German, with a request", mail("Unzustellbar", "Empfänger unbekannt\n\nBitte haben Sie Geduld, wir versuchen es weiter."), inbox.Soft},
		{"German, the end of it", mail("Unzustellbar", "Empfänger unbekannt\n\nDie Zustellung verzögert sich. Nach drei Tagen wird nicht weiter versucht, sie zuzustellen."), inbox.Soft},
		{"French, with nothing to do", mail("Message non distribué", "destinataire inconnu\n\nIl n'est pas encore distribué. Aucune autre action n'est requise."), inbox.Soft},
		{"Spanish, with a condition", mail("No entregado", "usuario desconocido\n\nEl mensaje todavía no se ha entregado. Si en tres días no se entrega, no se harán más intentos."), inbox.Soft},
		{"a code for good, a subject for now", mail("Warning: message delayed", "550 5.1.1 user unknown"), inbox.Soft},
		{"a code for now", mail("Undelivered", "450 4.1.1 user unknown\n\nWe will try again."), inbox.Soft},
		{"a number that is no reply", mail("Undelivered", "user unknown\n\nA message of 512 bytes is delayed."), inbox.Soft},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := inbox.Read(strings.NewReader(tt.mail), keyring(t), inbox.Envelope{})
			if err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != tt.want {
				t.Errorf("%+v, %v; want %s", r.Findings, err, tt.want)
			}
		})
	}
	two := headed(daemon, "Undelivered", "Could not send it:\n\n<a@reader.example>: user unknown, will try again\n\n<b@reader.example>: 550 5.1.1 user unknown\n") + headline("Issue 12")
	r, err := inbox.Read(strings.NewReader(two), keyring(t), inbox.Envelope{})
	if err != nil || len(r.Findings) != 2 || r.Findings[0].Kind != inbox.Soft || r.Findings[1].Kind != inbox.Hard {
		t.Errorf("%+v, %v; want the first soft, the second hard", r.Findings, err)
	}
}

// TestHostileProse has mails of systems and of people by which nobody is gone, though they
// speak of failures, of what is unknown, or quote a headline that does.
func TestHostileProse(t *testing.T) {
	t.Parallel()
	const (
		daemon = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: bounces@magazine.example\n"
		person = "Return-Path: <>\nFrom: Ann <ann@reader.example>\nTo: bounces@magazine.example\n"
		marked = person + "Auto-Submitted: auto-replied\n"
		strike = "Strike: union's request for a raise rejected"
		slow   = "\n\nslow@reader.example\n"
	)
	late := func(subject, text string) string {
		return headed(daemon, subject, slow[1:]+text+"\n") + headline("Issue 12")
	}
	tests := []struct {
		name, mail string
		want       inbox.Kind
	}{
		{"German, late", late("Zustellung verzögert", "Ihre Nachricht konnte noch nicht zugestellt werden: Server für die Domain nicht gefunden. Wir versuchen es weiter."), inbox.Soft},
		{"German, late, of a reader", late("Unzustellbar: vorläufig", "Die Nachricht ist noch nicht zugestellt: Empfänger unbekannt. Wir versuchen es weiter."), inbox.Soft},
		{"French, late", late("Message non distribué pour le moment", "Votre message n'est pas encore distribué: serveur introuvable. Nouvel essai dans une heure."), inbox.Soft},
		{"French, late, of a reader", late("Message en retard", "Non distribué: destinataire inconnu. Nouvelles tentatives pendant deux jours."), inbox.Soft},
		{"Russian, late", late("Письмо пока не доставлено", "Письмо не доставлено: сервер не найден. Попытки будут продолжены."), inbox.Soft},
		{"Russian, late, of a reader", late("Доставка отложена", "Письмо не доставлено: пользователь не найден."), inbox.Soft},
		{"Spanish, late", late("Entrega con retraso", "El mensaje aún no se ha entregado, no entregado: usuario desconocido."), inbox.Soft},
		{"Italian, late", late("Consegna in ritardo", "Messaggio non consegnato: utente sconosciuto."), inbox.Soft},
		{"Portuguese, late", late("Entrega atrasada", "Mensagem não entregue: usuário inexistente."), inbox.Soft},
		{"Dutch, late", late("Bezorging vertraagd", "Bericht niet bezorgd: ontvanger onbekend."), inbox.Soft},
		{"Swedish, late", late("Leveransen är fördröjd", "Kan inte levereras ännu: mottagaren är okänd."), inbox.Soft},
		{"Norwegian, late", late("Levering forsinket", "Meldingen kunne ikke leveres: mottaker ukjent."), inbox.Soft},
		{"Finnish, late", late("Toimitus viivästyy", "Toimitus epäonnistui toistaiseksi: tuntematon vastaanottaja."), inbox.Soft},
		{"Polish, late", late("Dostarczenie opóźnione", "Nie udało się dostarczyć: konto nie istnieje."), inbox.Soft},
		{"Czech, late", late("Zpoždění: zpožděno", "Nedoručeno: uživatel neexistuje."), inbox.Soft},
		{"Hungarian, late", late("A kézbesítés késik", "Nem kézbesíthető: ismeretlen felhasználó."), inbox.Soft},
		{"Turkish, late", late("Teslimat gecikti", "Teslim edilemedi: kullanıcı bulunamadı."), inbox.Soft},
		{"Ukrainian, late", late("Доставку відкладено", "Лист не доставлений: користувача не знайдено."), inbox.Soft},
		{"Chinese, late", late("邮件延迟", "无法投递：收件人不存在。系统将继续尝试投递。"), inbox.Soft},
		{"Japanese, late", late("配信遅延", "配信できません：宛先不明"), inbox.Soft},
		{"Korean, late", late("전송 지연", "전송에 실패했습니다: 존재하지 않는 사용자"), inbox.Soft},

		{"Chinese, our address", headed(daemon, "退信", "邮件无法投递：\n\n<a@reader.example>: 550 MAIL FROM 地址不存在") + headline("Issue 12"), inbox.Soft},
		{"German, our address", headed(daemon, "Unzustellbar", "Nicht zugestellt:\n\n<a@reader.example>: Return-Path-Adresse existiert nicht") + headline("Issue 12"), inbox.Soft},

		{"Norwegian, weekly", headed(daemon, "Kan ikke leveres: Ukentlig brev", "Brukeren a@reader.example: Ukentlig brev ble avvist"), inbox.Soft},
		{"an error, in Spanish", headed(daemon, "No entregado", "No se pudo entregar a a@reader.example: el servidor del destinatario devolvió un error desconocido"), inbox.Soft},
		{"our headline, quoted", headed(daemon, "Unzustellbar: Adresse unbekannt", "Die Nachricht an a@reader.example konnte nicht zugestellt werden.\nBetreff: Adresse unbekannt") + headline("Adresse unbekannt"), inbox.Soft},
		{"our headline, in English", headed(daemon, "Undeliverable: User unknown: life after Twitter", "Your message to a@reader.example could not be delivered.") + headline("User unknown: life after Twitter"), inbox.Soft},

		{"our headline, of a mail that is not returned", headed(daemon, "Undeliverable: User unknown: life after Twitter", "Your message to a@reader.example could not be delivered."), inbox.Soft},
		{"our headline within the text, in English", headed(daemon, "Undeliverable mail", "Your message User unknown: life after Twitter could not be delivered to a@reader.example.") + headline("User unknown: life after Twitter"), inbox.Soft},
		{"our headline in a line, in English", headed(daemon, "Undeliverable mail", "This could not be delivered to a@reader.example:\n\n  Subject: User unknown: life after Twitter\n"), inbox.Soft},

		{"our mail, quoted, in English", headed(daemon, "Undelivered mail", "Delivery to a@reader.example failed.\n\n> The Weekly Round-up\n>\n> The island that does not exist: how an error on a map became a country.") + headline("Issue 12"), inbox.Soft},
		{"a server's answer, quoted", headed(daemon, "Undelivered mail", "Delivery to a@reader.example failed:\n\n> 550 5.1.1 user unknown") + headline("Issue 12"), inbox.Hard},

		{"an absence note", headed(marked, "Automatic reply: "+strike, "Jag är på semester.") + headline(strike), inbox.AutoReply},
		{"an absence note that is not marked", headed(person, "Automatic reply: "+strike, "Jag är på semester.") + headline(strike), inbox.AutoReply},
		{"a French absence note", headed(marked, "Réponse automatique : "+strike, "Je suis absent jusqu'à lundi. Si mon adresse de remplacement vous est inconnue, appelez-moi.") + headline(strike), inbox.AutoReply},
		{"a Chinese absence note", headed(marked, "自动回复: 无法送达的信", "我在休假。") + headline("无法送达的信"), inbox.AutoReply},
		{"an absence note about a mail that was returned", headed(marked, "Re: Returned mail", "I am on holiday.") + headline("Returned mail"), inbox.AutoReply},
		{"an absence note that says what it is in its own words", headed(marked, "I can not be reached until Monday: Issue 12", "I am on holiday.") + headline("Issue 12"), inbox.AutoReply},
		{"an absence note to a headline that is a complaint's subject", headed(marked, "Abuse report: who knew what", "I am on holiday.") + headline("Abuse report: who knew what"), inbox.AutoReply},
		{"marked weakly", headed(person+"X-Autoreply: yes\n", "Re: "+strike, "I am on holiday.") + headline(strike), inbox.AutoReply},
		{"an answer that nothing marks", headed(person, "Borte", "Jeg er borte og kan ikke levere svar. Ukentlig kontakt: adresse.") + headline("Issue 12"), inbox.Nothing},
		{"a note that nothing marks", headed(person, "Away", "I am away, mail is not accepted here. The address of my replacement does not exist yet.") + headline("Issue 12"), inbox.Soft},
		{"a report, not of the reader", dsn("", "Final-Recipient: rfc822; victim@reader.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 Votre adresse IP est inconnue\n", ""), inbox.Soft},
		{"a report about a full mailbox", dsn("", "Final-Recipient: rfc822; victim@reader.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 收件人邮箱空间不足。若收件人不存在请核对\n", ""), inbox.Soft},

		{"a system marks its bounce as an answer", headed(daemon+"Auto-Submitted: auto-replied\n", "Undelivered Mail Returned to Sender", "<a@reader.example>: 550 5.1.1 user unknown") + headline("Issue 12"), inbox.Hard},
		{"somebody's system does", headed("Return-Path: <>\nFrom: no-reply@mx.example.net\nTo: bounces@magazine.example\nAuto-Submitted: auto-replied\n", "Undeliverable: Issue 12", "<a@reader.example>: 550 5.1.1 user unknown") + headline("Issue 12"), inbox.Hard},
		{"nothing but codes", headed("Return-Path: <>\nFrom: mx@reader.example\nTo: bounces@magazine.example\n", "Issue 12", "It was not accepted:\n<a@reader.example>: 550 5.1.1 user unknown") + headline("Issue 12"), inbox.Hard},
		{"German, given up", headed(daemon, "Unzustellbar: Issue 12", "Die Zustellung hat sich verzögert und ist endgültig gescheitert:\n\na@reader.example\nEmpfänger unbekannt.") + headline("Issue 12"), inbox.Hard},
	}
	for _, polite := range polite {
		tests = append(tests, struct {
			name, mail string
			want       inbox.Kind
		}{polite, headed(daemon, "Undelivered Mail Returned to Sender", "It could not be sent:\n\n<a@reader.example>: 550 5.1.1 user unknown\n\n"+polite) + headline("Issue 12"), inbox.Hard})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := inbox.Read(strings.NewReader(tt.mail), keyring(t), inbox.Envelope{})
			if err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != tt.want {
				t.Errorf("%+v, %v; want %s", r.Findings, err, tt.want)
			}
		})
	}
}
