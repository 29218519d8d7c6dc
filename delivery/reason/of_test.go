package reason_test

import (
	"testing"

	"roundup/delivery/reason"
)

// TestOf has what servers say; TestClassify in delivery/relay and TestSharedBounces in
// delivery/inbox have hundreds more.
func TestOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		said reason.Diagnosis
		want reason.Reason
	}{
		{"Postfix", reason.Diagnosis{Code: 550, Enhanced: "5.1.1", Text: "<x@y.example>: Recipient address rejected: User unknown in virtual mailbox table"}, reason.UserUnknown},
		{"no enhanced code", reason.Diagnosis{Code: 550, Text: "No such user here"}, reason.UserUnknown},
		{"5.7.1 on an unknown user", reason.Diagnosis{Code: 554, Enhanced: "5.7.1", Text: "user unknown"}, reason.UserUnknown},
		{"inactive for good", reason.Diagnosis{Code: 550, Enhanced: "5.1.1", Text: "inactive email address"}, reason.UserUnknown},
		{"Exchange", reason.Diagnosis{Code: 550, Enhanced: "5.4.1", Text: "Recipient address rejected: Access denied. AS(201806281)"}, reason.UserUnknown},
		{"null MX", reason.Diagnosis{Code: 556, Enhanced: "5.1.10", Text: "Recipient address has null MX"}, reason.NotAccept},
		{"takes no mail", reason.Diagnosis{Code: 521, Enhanced: "5.3.2", Text: "Host does not accept mail"}, reason.NotAccept},
		{"our domain has a null MX", reason.Diagnosis{Code: 550, Enhanced: "5.7.27", Text: "<weekly@m.example>: Sender address rejected: Domain m.example does not accept mail (nullMX)"}, reason.Rejected},
		{"our domain has a null MX, in a bounce", reason.Diagnosis{Enhanced: "5.7.27", Text: "550 5.7.27 <weekly@m.example>: Sender address rejected: Domain m.example does not accept mail (nullMX)", After: reason.Untold, Final: true}, reason.Rejected},
		{"our domain has a null MX, without its code", reason.Diagnosis{Code: 550, Text: "<weekly@m.example>: Sender address rejected: Domain m.example does not accept mail (nullMX)"}, reason.Rejected},
		{"the reader's domain has a null MX, by sendmail", reason.Diagnosis{Code: 550, Enhanced: "5.7.27", Text: "Host does not accept mail", After: reason.Untold, Final: true}, reason.NotAccept},
		{"521 by a server that takes mail", reason.Diagnosis{Code: 521, Enhanced: "5.5.1", Text: "Protocol error"}, reason.Syntax},
		{"521 by a server that takes mail, for no reason", reason.Diagnosis{Code: 521, Enhanced: "5.0.0", Text: "No"}, reason.Undefined},
		{"521 alone", reason.Diagnosis{Code: 521, Text: "No"}, reason.NotAccept},
		{"moved", reason.Diagnosis{Code: 551, Text: "User not local; please try <z@y.example>"}, reason.HasMoved},
		{"no such domain", reason.Diagnosis{Code: 550, Enhanced: "5.1.2", Text: "Host or domain name not found"}, reason.HostUnknown},
		{"unknown for now", reason.Diagnosis{Code: 450, Enhanced: "4.1.1", Text: "user unknown"}, reason.OnHold},
		{"unknown until it was given up", reason.Diagnosis{Code: 450, Enhanced: "4.1.1", Text: "user unknown", Final: true}, reason.UserUnknown},
		{"no such domain for now", reason.Diagnosis{Enhanced: "4.4.4", Text: "no such domain"}, reason.Network},
		{"after the message", reason.Diagnosis{Code: 550, Text: "Unknown user x@y.example", After: reason.Message}, reason.Filtered},
		{"at MAIL", reason.Diagnosis{Code: 553, Text: "b.example does not exist", After: reason.Sender}, reason.Rejected},
		{"the sender's domain", reason.Diagnosis{Code: 553, Enhanced: "5.1.8", Text: "Domain of sender address does not exist"}, reason.Rejected},
		{"full", reason.Diagnosis{Code: 552, Enhanced: "5.2.2", Text: "Over quota"}, reason.MailboxFull},
		{"full, and said to be unknown", reason.Diagnosis{Code: 550, Enhanced: "5.1.1", Text: "mailbox is full"}, reason.MailboxFull},
		{"disabled", reason.Diagnosis{Code: 550, Enhanced: "5.2.1", Text: "The email account that you tried to reach is disabled."}, reason.Suspended},
		{"disabled, and said to be unknown", reason.Diagnosis{Code: 550, Enhanced: "5.2.1", Text: "User unknown", After: reason.Untold}, reason.Filtered},
		{"disabled, and refused as unknown", reason.Diagnosis{Code: 550, Enhanced: "5.2.1", Text: "User unknown"}, reason.UserUnknown},
		{"unknown, and nobody says what it answers", reason.Diagnosis{Code: 550, Text: "User unknown", After: reason.Untold}, reason.UserUnknown},
		{"recipient's choice", reason.Diagnosis{Code: 550, Enhanced: "5.7.1", Text: "Refused due to recipient preferences"}, reason.Filtered},
		{"DMARC", reason.Diagnosis{Code: 550, Enhanced: "5.7.26", Text: "Unauthenticated email from b.example is not accepted"}, reason.Authentication},
		{"unauthenticated, in many words", reason.Diagnosis{Code: 550, Enhanced: "5.7.26", Text: "This message does not have authentication information or fails to pass authentication checks. To best protect our users from spam, the message has been blocked."}, reason.Authentication},
		{"unauthenticated, and said to be unknown", reason.Diagnosis{Code: 550, Enhanced: "5.7.26", Text: "No such user", After: reason.Untold, Final: true}, reason.Authentication},
		{"no account by that name", reason.Diagnosis{Code: 554, Text: "delivery error: dd This user doesn't have an account at mail.example"}, reason.UserUnknown},
		{"listed", reason.Diagnosis{Code: 554, Enhanced: "5.7.1", Text: "Client host [192.0.2.1] blocked using zen.spamhaus.org"}, reason.Blocked},
		{"banned", reason.Diagnosis{Code: 550, Enhanced: "5.7.606", Text: ""}, reason.Blocked},
		{"reputation", reason.Diagnosis{Code: 451, Enhanced: "4.7.650", Text: "temporarily rate limited due to IP reputation"}, reason.Reputation},
		{"PTR", reason.Diagnosis{Code: 550, Enhanced: "5.7.25", Text: "does not have a PTR record setup"}, reason.NoPTR},
		{"relay", reason.Diagnosis{Code: 554, Enhanced: "5.7.1", Text: "<x@y.example>: Relay access denied"}, reason.NoRelaying},
		{"spam", reason.Diagnosis{Code: 550, Enhanced: "5.7.1", Text: "Our system has detected that this message is likely unsolicited mail."}, reason.Spam},
		{"virus", reason.Diagnosis{Code: 554, Text: "virus detected"}, reason.Virus},
		{"too fast", reason.Diagnosis{Code: 450, Text: "sending rate exceeded, slow down"}, reason.Speeding},
		{"connections", reason.Diagnosis{Code: 421, Enhanced: "4.7.0", Text: "too many connections"}, reason.TooManyConnections},
		{"too large", reason.Diagnosis{Code: 552, Enhanced: "5.3.4", Text: "Message size exceeds fixed limit"}, reason.MessageTooBig},
		{"greylisted", reason.Diagnosis{Code: 451, Enhanced: "4.7.1", Text: "Greylisting in action"}, reason.OnHold},
		{"expired", reason.Diagnosis{Enhanced: "4.4.7", Text: "delivery time expired", Final: true}, reason.Expired},
		{"arrived", reason.Diagnosis{Code: 250, Enhanced: "2.0.0", Text: "user unknown"}, reason.Delivered},
		{"German", reason.Diagnosis{Text: "Die Adresse des Empfängers wurde nicht gefunden", Final: true}, reason.UserUnknown},
		{"German, full", reason.Diagnosis{Text: "Das Postfach des Empfängers ist voll", Final: true}, reason.MailboxFull},
		{"German, the sender", reason.Diagnosis{Text: "Die Adresse des Absenders ist unbekannt", Final: true}, reason.Rejected},
		{"German, for the sender", reason.Diagnosis{Text: "Nachricht für den Absender: Empfänger unbekannt", Final: true}, reason.UserUnknown},
		{"French, full", reason.Diagnosis{Text: "La boîte aux lettres du destinataire est pleine", Final: true}, reason.MailboxFull},
		{"French", reason.Diagnosis{Text: "L'adresse est introuvable", Final: true}, reason.UserUnknown},
		{"French, a domain", reason.Diagnosis{Text: "Le domaine du destinataire n'existe pas", Final: true}, reason.HostUnknown},
		{"Spanish", reason.Diagnosis{Text: "No se ha encontrado la dirección", Final: true}, reason.UserUnknown},
		{"Italian", reason.Diagnosis{Text: "Utente sconosciuto", Final: true}, reason.UserUnknown},
		{"Italian, full", reason.Diagnosis{Text: "La casella di posta è piena", Final: true}, reason.MailboxFull},
		{"Portuguese", reason.Diagnosis{Text: "Usuário inexistente", Final: true}, reason.UserUnknown},
		{"Portuguese, full", reason.Diagnosis{Text: "A caixa postal está cheia", Final: true}, reason.MailboxFull},
		{"Dutch", reason.Diagnosis{Text: "De ontvanger is onbekend", Final: true}, reason.UserUnknown},
		{"Swedish", reason.Diagnosis{Text: "Mottagaren är okänd", Final: true}, reason.UserUnknown},
		{"Danish, full", reason.Diagnosis{Text: "Modtagerens postkasse er fuld", Final: true}, reason.MailboxFull},
		{"Finnish", reason.Diagnosis{Text: "Tuntematon vastaanottaja", Final: true}, reason.UserUnknown},
		{"Polish", reason.Diagnosis{Text: "Konto nie istnieje", Final: true}, reason.UserUnknown},
		{"Czech", reason.Diagnosis{Text: "Uživatel neexistuje", Final: true}, reason.UserUnknown},
		{"Hungarian", reason.Diagnosis{Text: "Ismeretlen felhasználó", Final: true}, reason.UserUnknown},
		{"Turkish", reason.Diagnosis{Text: "Kullanıcı bulunamadı", Final: true}, reason.UserUnknown},
		{"Russian", reason.Diagnosis{Code: 550, Text: "Такого пользователя не существует"}, reason.UserUnknown},
		{"Russian, full", reason.Diagnosis{Text: "Почтовый ящик получателя переполнен", Final: true}, reason.MailboxFull},
		{"Russian, for now", reason.Diagnosis{Code: 450, Text: "Пользователь не найден"}, reason.OnHold},
		{"Ukrainian", reason.Diagnosis{Text: "Такого користувача не існує", Final: true}, reason.UserUnknown},
		{"Chinese", reason.Diagnosis{Text: "收件人邮件地址不存在", Final: true}, reason.UserUnknown},
		{"Chinese, the sender", reason.Diagnosis{Text: "发件人地址不存在", Final: true}, reason.Rejected},
		{"Chinese, full", reason.Diagnosis{Text: "对方邮箱已满", Final: true}, reason.MailboxFull},
		{"Japanese, full", reason.Diagnosis{Text: "メールボックスの容量が一杯です", Final: true}, reason.MailboxFull},
		{"Korean", reason.Diagnosis{Text: "존재하지 않는 사용자입니다", Final: true}, reason.UserUnknown},
		{"Korean, full", reason.Diagnosis{Text: "메일함 용량이 초과되었습니다", Final: true}, reason.MailboxFull},
		{"Polish, none such", reason.Diagnosis{Text: "Brak takiego użytkownika", Final: true}, reason.UserUnknown},
		{"German, with its server", reason.Diagnosis{Text: "Benutzer ist auf diesem Server unbekannt.", Final: true}, reason.UserUnknown},
		{"German, Exchange's", reason.Diagnosis{Text: "Die E-Mail-Adresse des Empfängers wurde im E-Mail-System des Empfängers nicht gefunden. Bitte überprüfen Sie sie.", Final: true}, reason.UserUnknown},
		{"French, with a name", reason.Diagnosis{Code: 550, Text: "L'utilisateur \"anne\" <anne@reader.example> n'existe pas sur ce serveur"}, reason.UserUnknown},
		{"French, our IP address", reason.Diagnosis{Code: 553, Text: "Votre adresse IP est inconnue"}, reason.Policy},
		{"Spanish, an error", reason.Diagnosis{Text: "Error desconocido", Final: true}, reason.Undefined},
		{"Spanish, a condition, with words of Portuguese", reason.Diagnosis{Text: "Si destinatario inexistente", Final: true}, reason.Undefined},
		{"Russian, Exchange's", reason.Diagnosis{Text: "Адрес электронной почты получателя не найден в системе электронной почты получателя.", Final: true}, reason.UserUnknown},
		{"Russian, with its server", reason.Diagnosis{Text: "Пользователь с таким именем на этом сервере не зарегистрирован", Final: true}, reason.UserUnknown},
		{"Russian, with a preposition", reason.Diagnosis{Text: "Пользователь с таким адресом не зарегистрирован на этом сервере", Final: true}, reason.UserUnknown},
		{"Chinese, with an address", reason.Diagnosis{Text: "收件人邮件地址(gone@reader.example)不存在，邮件无法送达", Final: true}, reason.UserUnknown},
		{"Chinese, and what to do", reason.Diagnosis{Text: "收件人不存在，请核对地址后重发", Final: true}, reason.UserUnknown},
		{"Japanese, Exchange's", reason.Diagnosis{Text: "受信者の電子メール アドレスが受信者の電子メール システムで見つかりませんでした。", Final: true}, reason.UserUnknown},
		{"Spanish, full", reason.Diagnosis{Text: "La casilla está llena", Final: true}, reason.MailboxFull},
		{"German, over two lines", reason.Diagnosis{Text: "Der Empfänger wurde nicht\ngefunden", Final: true}, reason.UserUnknown},
		{"German, a quota", reason.Diagnosis{Text: "Das Kontingent des Benutzers ist überschritten", Final: true}, reason.MailboxFull},
		{"Hungarian, full", reason.Diagnosis{Text: "A postafiók betelt", Final: true}, reason.MailboxFull},
		{"Swedish, full", reason.Diagnosis{Text: "Mottagarens brevlåda är överfull", Final: true}, reason.MailboxFull},
		{"Chinese, no room", reason.Diagnosis{Code: 552, Enhanced: "5.2.2", Text: "收件人邮箱空间不足。若收件人不存在请核对"}, reason.MailboxFull},
		{"Norwegian, weekly", reason.Diagnosis{Enhanced: "5.2.2", Text: "Meldingen Ukentlig brev: brukeren har overskredet kvoten", Final: true}, reason.MailboxFull},
		{"a file that is not there", reason.Diagnosis{Text: "Die Datei wurde nicht gefunden", Final: true}, reason.Undefined},
		{"Gmail, out of space", reason.Diagnosis{Code: 552, Enhanced: "5.2.2", Text: "The recipient's inbox is out of storage space and inactive."}, reason.MailboxFull},
		{"a mailbox, and a full text elsewhere", reason.Diagnosis{Code: 550, Text: "No such mailbox here, see https://a.example/full"}, reason.UserUnknown},
		{"a closed group", reason.Diagnosis{Text: "The group may not exist, or you may not have permission to post messages to the group.", Final: true}, reason.Filtered},
		{"blocked for spam", reason.Diagnosis{Code: 554, Text: "Comcast block for spam"}, reason.Spam},
		{"blocked by Microsoft", reason.Diagnosis{Code: 550, Enhanced: "5.7.750", Text: "Service unavailable. Client blocked from sending from unregistered domains"}, reason.Blocked},
		{"a command", reason.Diagnosis{Enhanced: "5.3.0", Text: "Command died with status 1", Final: true}, reason.MailerError},
		{"nothing said", reason.Diagnosis{}, reason.Undefined},
		{"a code alone", reason.Diagnosis{Code: 554}, reason.Undefined},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := reason.Of(tt.said); got != tt.want {
				t.Errorf("%+v: got %s, want %s", tt.said, got, tt.want)
			}
		})
	}
}

// TestAbroadForms: these say in other words that nobody is there.
func TestAbroadForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Das E-Mail-Konto, das Sie erreichen wollten, existiert nicht", "Die Zieladresse Ihrer Nachricht existiert nicht", "Kein Benutzer mit diesem Namen", "Da die Adresse nicht gefunden wurde oder keine E-Mails empfangen kann",
		"L'adresse e-mail que vous avez entrée est introuvable", "Le compte e-mail que vous avez tenté de contacter n'existe pas", "Le destinataire de votre message n'existe pas", "Le destinataire n'est pas connu", "L'adresse est introuvable ou ne peut pas recevoir de messages",
		"No existe ese usuario", "La cuenta de correo electrónico a la que intentaste acceder no existe", "El destinatario de su mensaje no existe", "Usuario no válido", "No se ha encontrado la dirección o esta no puede recibir correo",
		"Письмо не доставлено, поскольку адрес не найден или не может получать письма", "Почтовый ящик не найден или не существует", "Пользователь с указанным адресом не существует", "Адрес получателя вашего письма не существует", "Такого почтового ящика нет", "Не удалось найти пользователя",
		"收件人地址错误或不存在", "550 错误 用户不存在", "您所发送的邮件因收件人邮箱不存在而被退回", "無法找到收件者", "アドレスが間違っているか、存在しません", "そのようなユーザーはいません",
	} {
		for _, d := range []reason.Diagnosis{{Text: text, Final: true, After: reason.Untold}, {Code: 550, Text: text}} {
			if got := reason.Of(d); got != reason.UserUnknown {
				t.Errorf("%+v: got %s", d, got)
			}
		}
	}
	if got := reason.Of(reason.Diagnosis{Text: "Zieldomain unbekannt", Final: true}); got != reason.HostUnknown {
		t.Errorf("got %s", got)
	}
}

// TestGroups: a reason belongs to one group.
func TestGroups(t *testing.T) {
	t.Parallel()
	seen := map[reason.Reason]bool{}
	for _, g := range reason.Groups() {
		for _, r := range g.In() {
			if seen[r] || !r.Known() || r.Group() != g {
				t.Errorf("%s: twice %v, known %v, in %s", r, seen[r], r.Known(), r.Group())
			}
			seen[r] = true
		}
	}
	if reason.Reason("").Group() != reason.None || reason.Reason("odd").Group() != reason.Between || reason.Reason("odd").Known() {
		t.Error("what is no reason")
	}
}

func BenchmarkOf(b *testing.B) {
	said := reason.Diagnosis{Code: 550, Enhanced: "5.1.1", Text: "The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces."}
	for b.Loop() {
		reason.Of(said)
	}
}
