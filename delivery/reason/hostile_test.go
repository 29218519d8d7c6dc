package reason_test

import (
	"slices"
	"strings"
	"testing"

	"roundup/delivery/reason"
)

// hostile has what says of no reader that nobody is there: errors, our own address and host
// unknown, delays, full mailboxes, conditions and guesses, names and headlines of weekly
// newsletters, absences, and what else may be unknown.
func hostile() map[string][]string {
	return map[string][]string{
		"English": {
			"Your IP address is unknown", "IP address not found in DNS", "An unknown error occurred", "Recipient a: unknown error",
			"Message refused for the recipient: reason unknown", "The sender address is unknown", "Unknown sender address", "Sender address not found",
			"The sender's address does not exist", "Your address does not exist", "Your domain does not exist", "Your host is unknown", "Reply address unknown", "Source address unknown", "MAIL FROM address not found", "Envelope-from address does not exist",
			"The recipient's mailbox is full, the reason is unknown", "Delayed for an unknown reason", "Weekly letter: the recipient refused it",
			"If the user does not exist, check the address", "Perhaps the recipient does not exist", "The address might be misspelled or it may not exist", "Check whether the mailbox is not found", "Mailbox unavailable or access denied",
			"This message does not have authentication information or fails to pass authentication checks. To best protect our users from spam, the message has been blocked.",
			"SMTP; Client does not have permissions to send as this sender", "Sender does not have permission to send to this group", "Your message doesn't have a valid From header", "Message does not have an unsubscribe link",
			"Invalid email address in From header", "Too many invalid recipients", "Too many unknown users from your IP", "Your domain has no MX record", "HELO command domain not found", "EHLO host name does not exist", "Sender callback failed: mailbox unavailable",
			"The recipient doesn't have you in the contact list", "The recipient's inbox does not have room for this message",
		},
		"German": {
			"Die Adresse in Ihrer Nachricht existiert nicht", "Domain nicht gefunden", "Die Absenderadresse Ihrer Nachricht existiert nicht", "Der Empfänger ist voll oder existiert nicht", "Ihr Konto, das Sie erreichen wollten, existiert nicht", "Kein Empfänger angegeben",
			"Unbekannter Fehler", "Die Rücksendeadresse existiert nicht", "Die Adresse der Herkunft ist unbekannt", "Der Server meldete einen unbekannten Fehler", "Empfänger: unbekannter Fehler", "Unbekannter Fehler beim Empfänger",
			"Nachricht an den Empfänger abgelehnt: Grund unbekannt", "Nachricht für Empfänger aus unbekanntem Grund abgelehnt", "Unbekannter Absender",
			"Der Absender ist dem Empfänger unbekannt", "Adresse des Absenders unbekannt", "Unbekannte Adresse des Absenders", "Die Absenderadresse existiert nicht",
			"Ihre IP-Adresse ist unbekannt", "Die IP-Adresse wurde im DNS nicht gefunden", "Ihre Adresse ist uns unbekannt", "Ihre E-Mail-Adresse wurde nicht gefunden",
			"Der Server des Empfängers wurde nicht gefunden", "Empfänger-Server unbekannt", "Server für die Domain nicht gefunden", "Der Empfänger nimmt keine Nachrichten von Unbekannten an",
			"Der Empfänger hat eine unbekannte Datei abgelehnt", "Falls die Adresse nicht existiert, prüfen Sie sie", "Möglicherweise existiert der Empfänger nicht",
			"Prüfen Sie, ob der Empfänger unbekannt ist", "Der Empfänger wurde noch nicht gefunden", "Das Postfach des Empfängers ist voll, Ursache unbekannt",
			"Das Kontingent des Benutzers ist überschritten", "Betreff: Empfänger unbekannt verzogen", "Ihre Nachricht „Adresse unbekannt“ wurde abgelehnt", "Wöchentlicher Brief: Empfänger hat abgelehnt",
			"Ich bin im Urlaub, meine Adresse dort ist unbekannt",
		},
		"French": {
			"L'expéditeur de votre message n'existe pas", "Le destinataire est absent ou inconnu", "Domaine introuvable", "L'adresse dans votre message n'existe pas",
			"Erreur inconnue", "L'adresse de retour est introuvable", "L'adresse de réponse est inconnue", "Le serveur a renvoyé une erreur inconnue", "Le serveur du destinataire a renvoyé une erreur inconnue", "Message refusé pour le destinataire: raison inconnue",
			"Message pour le destinataire refusé pour une raison inconnue", "Votre adresse IP est inconnue", "Adresse IP introuvable dans le DNS", "Adresse inconnue de l'expéditeur",
			"L'adresse de l'expéditeur est introuvable", "Expéditeur inconnu", "L'expéditeur est inconnu du destinataire", "Votre adresse est inconnue", "Le serveur du destinataire est introuvable",
			"Si mon adresse de remplacement vous est inconnue, écrivez-moi", "Si le destinataire n'existe pas, vérifiez l'adresse", "Le destinataire est peut-être inconnu",
			"Le destinataire refuse tout fichier inconnu", "La boîte du destinataire est pleine, motif inconnu", "Quota d'envoi dépassé", "Objet : Adresse inconnue", "Message « Destinataire inconnu » refusé",
			"L'utilisateur est encore introuvable", "Lettre hebdomadaire refusée par le destinataire",
		},
		"Spanish": {
			"El remitente de su mensaje no existe", "El usuario está ausente o no existe", "El dominio no existe", "La dirección en su mensaje no existe", "Dirección IP no válida", "Archivo del usuario no válido",
			"Error desconocido", "Dirección de retorno desconocida", "La cuenta de origen no existe", "El servidor devolvió un error desconocido", "El servidor del destinatario devolvió un error desconocido", "Dirección IP desconocida",
			"Su dirección IP no se ha encontrado en el DNS", "Dirección desconocida del remitente", "La dirección del remitente no existe", "Remitente desconocido para el usuario",
			"Mensaje rechazado por el destinatario: motivo desconocido", "Rechazado por el destinatario por motivo desconocido", "Su dirección no existe", "Si el usuario no existe, compruebe la dirección",
			"Tal vez el destinatario no existe", "El servidor del destinatario no existe", "El usuario rechaza archivos de tipo desconocido", "Asunto: Usuario desconocido",
			"Casilla del usuario llena, causa desconocida", "El usuario aún no se ha encontrado", "Boletín semanal rechazado por el destinatario",
		},
		"Italian": {
			"Errore sconosciuto", "Indirizzo di ritorno inesistente", "Indirizzo sconosciuto di provenienza", "Il server del destinatario ha restituito un errore sconosciuto", "Il tuo indirizzo IP è sconosciuto", "Indirizzo IP non trovato nel DNS",
			"Indirizzo sconosciuto del mittente", "Il mittente è sconosciuto al destinatario", "Rifiutato dal destinatario per motivo sconosciuto", "Il tuo indirizzo non esiste",
			"Se l'indirizzo non esiste, verificare", "Forse il destinatario non esiste", "Il server del destinatario non esiste", "Oggetto: Utente sconosciuto",
			"Casella dell'utente piena, causa sconosciuta", "Nessun destinatario specificato", "Lettera settimanale rifiutata dall'utente",
		},
		"Portuguese": {
			"Erro desconhecido", "Endereço de origem desconhecido", "O servidor do destinatário devolveu um erro desconhecido", "O seu endereço IP é desconhecido", "Endereço IP não encontrado no DNS",
			"Endereço desconhecido do remetente", "O remetente é desconhecido", "Recusado pelo destinatário por motivo desconhecido", "Seu endereço não existe",
			"Caso o usuário não existe, verifique", "Talvez o destinatário não existe", "O servidor do destinatário não existe", "Assunto: Usuário desconhecido", "A caixa do usuário está cheia, motivo desconhecido",
		},
		"Dutch": {
			"Onbekende fout", "Onbekend adres van herkomst", "Retouradres onbekend", "De server van de ontvanger gaf een onbekende fout", "Uw IP-adres is onbekend", "IP-adres niet gevonden in DNS", "Onbekend adres van de afzender",
			"De afzender is onbekend bij de ontvanger", "Geweigerd door de ontvanger: reden onbekend", "Uw adres is onbekend", "Als de ontvanger niet bestaat, controleer het adres",
			"Misschien bestaat de gebruiker niet", "De server van de ontvanger is niet gevonden", "Onderwerp: Adres onbekend", "Postvak van de gebruiker vol, oorzaak onbekend", "De ontvanger is nog niet gevonden",
		},
		"Swedish": {
			"Okänt fel", "Svarsadressen är okänd", "Returadressen finns inte", "Mottagarens server gav ett okänt fel", "Din IP-adress är okänd", "IP-adressen hittades inte i DNS", "Okänd avsändare", "Avsändarens adress är okänd",
			"Avvisat av mottagaren av okänd anledning", "Din adress finns inte", "Om mottagaren inte hittades, kontrollera adressen", "Kanske finns inte mottagaren", "Mottagarens server hittades inte",
			"Ämne: Okänd mottagare", "Mottagarens brevlåda är överfull, okänd orsak", "Veckobrev avvisat av mottagaren",
		},
		"Danish and Norwegian": {
			"Ukendt fejl", "Svaradressen er ukendt", "Returadressen finnes ikke", "Ukjent feil hos mottakeren", "Modtagerens server gav en ukendt fejl", "Din IP-adresse er ukendt", "IP-adressen ble ikke funnet i DNS", "Ukendt afsender", "Avsenderens adresse er ukjent",
			"Afvist af modtageren af ukendt årsag", "Din adresse findes ikke", "Hvis brugeren ikke findes, kontroller adressen", "Mottakerens server ble ikke funnet", "Emne: Ukjent mottaker",
			"Meldingen Ukentlig brev: brukeren har overskredet kvoten", "Ukentlig kontakt: adresse", "Ukentlig brev til mottakeren ble avvist", "Ukendte filer fra brugeren afvises", "Jeg kan ikke levere svar. Ukentlig kontakt: adresse.",
		},
		"Finnish": {
			"Tuntematon virhe", "Palautusosoite tuntematon", "Vastaanottajan palvelin antoi tuntemattoman virheen", "IP-osoite on tuntematon", "IP-osoitetta ei löydy", "Tuntematon lähettäjä", "Lähettäjän osoitetta ei löydy",
			"Vastaanottaja hylkäsi viestin: syy tuntematon", "Jos vastaanottajaa ei löydy, tarkista osoite", "Vastaanottajan palvelinta ei löydy", "Aihe: Tuntematon vastaanottaja", "Viikkokirje: vastaanottaja hylkäsi viestin",
		},
		"Polish": {
			"Nieznany błąd", "Adres zwrotny nie istnieje", "Zwrotny adres nie istnieje", "Wiadomość do odbiorcy: nieznany błąd", "Serwer odbiorcy zwrócił nieznany błąd", "Adres IP jest nieznany", "Nie znaleziono adresu IP w DNS", "Nieznany adres nadawcy", "Nadawca jest nieznany odbiorcy",
			"Odrzucono przez odbiorcę z nieznanej przyczyny", "Jeśli użytkownik nie istnieje, sprawdź adres", "Może odbiorca nie istnieje", "Serwer odbiorcy nie istnieje", "Temat: Nieznany odbiorca",
			"Użytkownik nie ma uprawnień", "Twój adres nie istnieje", "Skrzynka użytkownika przepełniona, przyczyna nieznana", "Limit wysyłania przekroczony",
		},
		"Czech and Slovak": {
			"Neznámá chyba", "Zpáteční adresa neexistuje", "Spiatočná adresa neexistuje", "Server příjemce vrátil neznámou chybu", "IP adresa je neznámá", "Neznámá adresa odesílatele", "Odesílatel neexistuje", "Odosielateľ neexistuje", "Odmítnuto příjemcem z neznámého důvodu",
			"Pokud uživatel neexistuje, zkontrolujte adresu", "Možná příjemce neexistuje", "Server příjemce neexistuje", "Předmět: Neznámý příjemce", "Vaše adresa neexistuje",
		},
		"Hungarian": {
			"Ismeretlen hiba", "A visszaküldési cím ismeretlen", "A válaszcím ismeretlen", "A címzett kiszolgálója ismeretlen hibát adott", "Az IP-cím ismeretlen", "A feladó címe ismeretlen", "Ismeretlen feladó", "A címzett elutasította: ismeretlen ok",
			"Ha a felhasználó nem létezik, ellenőrizze a címet", "Talán a címzett nem létezik", "A címzett kiszolgálója nem található", "Tárgy: Ismeretlen címzett", "A postafiók megtelt, ismeretlen ok",
		},
		"Turkish": {
			"Bilinmeyen hata", "İade adresi bulunamadı", "Yanıt adresi bulunamadı", "Dönüş adresi mevcut değil", "Alıcının sunucusu bilinmeyen bir hata verdi", "IP adresi bilinmiyor", "IP adresiniz bulunamadı", "Gönderen adresi bulunamadı", "Bilinmeyen gönderen", "Alıcı reddetti: bilinmeyen neden",
			"Eğer kullanıcı mevcut değil ise kontrol edin", "Belki alıcı mevcut değil", "Alıcının sunucusu bulunamadı", "Konu: Bilinmeyen kullanıcı",
		},
		"Russian": {
			"Адрес отправителя вашего письма не существует", "Не удалось найти сервер получателя", "Пользователь недоступен или не существует", "Домен не существует", "Ваш ящик не найден или не существует", "Не удалось найти ваш адрес",
			"Неизвестная ошибка", "Обратный адрес не найден", "Неизвестен обратный адрес", "Адрес для ответа не существует", "Сервер вернул неизвестную ошибку", "Доставка получателю: неизвестная ошибка", "Неизвестная ошибка у получателя", "Ваш IP-адрес не найден в DNS", "IP-адрес неизвестен", "Неизвестный адрес отправителя",
			"Не найден адрес отправителя", "Отправитель неизвестен получателю", "Ваш адрес не найден", "Отклонено получателем по неизвестной причине", "Если пользователь не найден, проверьте адрес", "Возможно, получатель не существует",
			"Возможно получатель не существует", "Сервер получателя не найден", "Тема: Адресат неизвестен", "Письмо «Пользователь не найден» отклонено", "Получатель пока не найден", "Ящик получателя переполнен, причина неизвестна", "Еженедельное письмо отклонено получателем",
		},
		"Ukrainian": {
			"Невідома помилка", "Зворотна адреса невідома", "Сервер одержувача повернув невідому помилку", "Ваша IP-адреса невідома", "Невідома адреса відправника", "Відправник не існує", "Відхилено одержувачем: причина невідома",
			"Якщо користувач не існує, перевірте адресу", "Можливо одержувач не існує", "Сервер одержувача не знайдено", "Тема: Невідомий одержувач",
		},
		"Chinese": {
			"您所发送的邮件因发件人邮箱不存在而被退回", "无法找到收件人的服务器", "收件人邮箱已满或不存在", "您的地址错误或不存在", "域名不存在", "無法找到您的帳號",
			"未知错误", "退信地址不存在", "回复地址不存在", "来源地址未知", "收件人服务器返回未知错误", "收件人邮箱设置了拒收。建议：如果找不到原因请联系收件人", "若收件人不存在请核对", "收件人邮箱空间不足。若收件人不存在请核对", "您的IP地址不在白名单，找不到反向解析记录", "发件人地址不存在", "找不到发件人的地址", "您的地址不存在",
			"因未知原因被收件人拒绝", "收件人可能不存在", "找不到收件人的服务器", "主题：收件人不存在", "《收件人不存在》被拒绝", "自动回复：无法送达的信", "收件人邮箱已满，原因未知", "找不到附件，请收件人检查", "寄件者不存在", "每週通訊被收件人拒絕",
		},
		"Japanese": {
			"差出人のアドレスが間違っているか、存在しません", "ドメインが存在しません", "あなたのアドレスが間違っているか、存在しません",
			"不明なエラー", "返信先アドレスが存在しません", "返信用アドレスが見つかりません", "受信者のサーバーで不明なエラーが発生しました", "送信元アドレスが見つかりません", "差出人のアドレスが存在しません", "お客様のアドレスが見つかりません", "IPアドレスが見つかりません", "受信者により拒否されました。原因が見つかりません", "宛先が存在しない場合は確認してください",
			"受信者は存在しない可能性があります", "受信者のサーバーが見つかりません", "件名：宛先不明の手紙", "「宛先不明」は拒否されました", "受信者のメールボックスが一杯です。原因は不明です", "ファイルが見つかりません", "宛先がありません",
		},
		"Korean": {
			"알 수 없는 오류", "반송 주소가 존재하지 않습니다", "회신 주소를 찾을 수 없습니다", "수신자 서버에서 알 수 없는 오류가 발생했습니다", "IP 주소를 찾을 수 없습니다", "발신자 주소가 존재하지 않습니다", "보낸 사람 주소를 찾을 수 없습니다", "귀하의 주소를 찾을 수 없습니다", "수신자가 알 수 없는 이유로 거부했습니다",
			"사용자가 존재하지 않는 경우 확인하십시오", "수신자 서버를 찾을 수 없습니다", "제목: 존재하지 않는 사용자", "메일함 용량이 초과되었습니다. 원인을 찾을 수 없습니다", "사용자 권한이 없습니다",
		},
	}
}

// ofOurs says in each language that an address of ours is not there, which every server
// calls by English words (%s).
var ofOurs = []string{
	"The %s address does not exist", "%s does not exist", "%s: address unknown", "%s user unknown",
	"Die %s-Adresse existiert nicht", "%s: Adresse unbekannt", "%s (Adresse existiert nicht)", "L'adresse %s n'existe pas", "%s : adresse introuvable",
	"La dirección %s no existe", "L'indirizzo %s non esiste", "O endereço %s não existe", "Het %s-adres is onbekend", "%s-adressen finns inte", "%s-adressen er ukendt", "%s-osoite tuntematon",
	"Adres %s nie istnieje", "%s adresa neexistuje", "A %s cím ismeretlen", "%s adresi bulunamadı", "Адрес %s не существует", "%s: адрес не существует", "Адреса %s не існує",
	"%s 地址不存在", "%s地址不存在", "%s：地址不存在", "%s (地址不存在)", "%sのアドレスが存在しません", "%s 주소를 찾을 수 없습니다",
}

// TestOurs: our own address is the reader's in no language.
func TestOurs(t *testing.T) {
	t.Parallel()
	texts := []string{
		"Die Von-Adresse existiert nicht", "Die Bounceadresse existiert nicht", "差出アドレスが存在しません", "発信アドレスが存在しません", "送信アドレスが存在しません", "エンベロープFromのアドレスが存在しません", "발신 주소가 존재하지 않습니다",
		"L'adresse d'expédition n'existe pas", "Från-adressen finns inte", "Van-adres onbekend", "Fra-adressen er ukendt",
		"认证失败，用户不存在", "认证失败。用户不存在", "登录失败：用户不存在", "身份验证失败，用户不存在", "認証に失敗しました。ユーザーが存在しません", "로그인 실패: 존재하지 않는 사용자", "Anmeldung fehlgeschlagen: Benutzer unbekannt", "Authentifizierung fehlgeschlagen, Benutzer unbekannt",
		"Échec de l'authentification : utilisateur inconnu", "Error de autenticación: usuario desconocido", "Ошибка аутентификации: пользователь не найден", "Authentication failed: user unknown", "Login failed, no such user", "Authentication failure (user unknown)",
	}
	for _, of := range ofOurs {
		for _, name := range []string{"MAIL FROM", "From", "Return-Path", "Reply-To", "Envelope-From", "Bounce"} {
			if name != "From" && name != "Bounce" || !slices.Contains([]string{"%s user unknown", "%s does not exist", "%s: address unknown"}, of) { // these two are words, too
				texts = append(texts, strings.ReplaceAll(of, "%s", name))
			}
		}
	}
	for _, text := range texts {
		for _, d := range []reason.Diagnosis{{Final: true, After: reason.Untold}, {Code: 550}, {Code: 550, Enhanced: "5.1.0"}, {Enhanced: "5.1.0", Final: true, After: reason.Untold}} {
			d.Text = text
			if got := reason.Of(d); got.Group() == reason.Gone {
				t.Errorf("%+v: got %s", d, got)
			}
		}
	}
	for _, text := range []string{
		"Nachricht von MAILER-DAEMON: Empfänger unbekannt", ">>> MAIL FROM:<a@b.example>\n<<< 250 ok\n>>> RCPT TO:<c@d.example>\n<<< 550 Empfänger unbekannt",
		"From: a@b.example\nTo: c@d.example\n\n收件人不存在", "收件人地址验证失败，用户不存在", "Nachricht von Absender: Postfach nicht vorhanden",
	} {
		if got := reason.Of(reason.Diagnosis{Text: text, Final: true, After: reason.Untold}); got != reason.UserUnknown {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

// TestHostile: nobody is gone by these, whatever else is known of the refusal.
func TestHostile(t *testing.T) {
	t.Parallel()
	said := []reason.Diagnosis{
		{Final: true, After: reason.Untold},
		{Code: 550},
		{Code: 550, Enhanced: "5.7.1"},
		{Enhanced: "5.7.1", Final: true, After: reason.Untold},
		{Code: 552, Enhanced: "5.2.2"},
		{Code: 554, Enhanced: "5.3.0", Final: true},
		{Code: 450, Enhanced: "4.7.1", Final: true},
	}
	all, texts := hostile(), 0
	for name, lines := range all {
		texts += len(lines)
		for _, line := range lines {
			for _, d := range said {
				d.Text = line
				if got := reason.Of(d); got.Group() == reason.Gone {
					t.Errorf("%s: %+v: got %s", name, d, got)
				}
			}
		}
	}
	if len(all) < 14 || texts < 150 {
		t.Errorf("%d texts in %d languages, want 150 in 14", texts, len(all))
	}
}

// TestAbroadAgainstCode: a code that is about us, or of a mailbox that is full, holds against what
// a text in another language says.
func TestAbroadAgainstCode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Empfänger unbekannt", "Adresse introuvable", "Usuario desconocido", "Utente sconosciuto", "Usuário inexistente", "De ontvanger is onbekend", "Mottagaren är okänd", "Ukendt modtager",
		"Tuntematon vastaanottaja", "Konto nie istnieje", "Uživatel neexistuje", "Ismeretlen felhasználó", "Kullanıcı bulunamadı", "Пользователь не найден", "Такого користувача не існує", "收件人不存在", "宛先不明", "존재하지 않는 사용자",
	} {
		if got := reason.Of(reason.Diagnosis{Code: 550, Text: text}); got != reason.UserUnknown {
			t.Errorf("%s: got %s", text, got)
		}
		for _, enhanced := range []string{"5.7.1", "5.7.0", "5.7.26", "5.2.2", "5.1.8"} {
			for _, d := range []reason.Diagnosis{{Code: 550, Enhanced: enhanced, Text: text}, {Enhanced: enhanced, Text: text, Final: true, After: reason.Untold}} {
				if got := reason.Of(d); got.Group() == reason.Gone {
					t.Errorf("%+v: got %s", d, got)
				}
			}
		}
	}
}

// TestWeekly: a newsletter that is called weekly says nothing of who is mailed.
func TestWeekly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Weekly letter: user", "Wöchentlicher Brief an den Empfänger", "Lettre hebdomadaire au destinataire", "Boletín semanal al usuario", "Lettera settimanale all'utente", "Carta semanal ao usuário",
		"Wekelijkse brief aan de ontvanger", "Veckans brev till mottagaren", "Ugentligt brev til modtageren", "Ukentlig brev til mottakeren", "Ukentlige brev til brukeren", "Ukens brev: adresse", "Viikoittainen kirje: vastaanottaja",
		"Tygodniowy list do odbiorcy", "Týdenní dopis: příjemce", "Týždenný list: používateľ", "Heti levél: címzett", "Haftalık mektup: alıcı", "Еженедельное письмо: получатель", "Щотижневий лист: одержувач", "每周通讯收件人", "每週通訊收件者", "毎週の便りの宛先", "주간 소식 수신자",
	} {
		if got := reason.Of(reason.Diagnosis{Text: text, Final: true, After: reason.Untold}); got != reason.Undefined {
			t.Errorf("%s: got %s", text, got)
		}
	}
}
