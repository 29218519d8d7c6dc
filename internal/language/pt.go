package language

// portuguese is Brazil's where no region, or Brazil, is named, and Portugal's
// elsewhere, as CLDR has it.
func portuguese(region string) Words {
	w := Words{
		Named:       "Português",
		Number:      "N.º\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Por {names}",
		Two:         "{first} e {second}",
		Next:        "{names}, {name}",
		Last:        "{names} e {last}",
		Others:      "{names} e outros",
		Greeting:    "Olá, {name},",
		GreetingAll: "Caras leitoras, caros leitores,",
		Browser:     "Ver no navegador",
		Contents:    "Também nesta edição",
		More:        Plural{One: "e mais {n} artigo", Other: "e mais {n} artigos"},
		InBrief:     "Breves",
		Minutes:     Plural{One: "{n}\u00a0min\u00a0de\u00a0leitura", Other: "{n}\u00a0min\u00a0de\u00a0leitura"},
		Credit:      "Imagem: {credit}",
		Colon:       ":",
		KeepReading: "Continuar a ler",
		SentTo:      "Este e-mail foi enviado para {email} porque subscreveu {name}.",
		Unsubscribe: "Cancelar a subscrição",
		NothingNew:  "Desta vez não há artigos novos.",
		Untitled:    "Sem título",
		Quotes:      quotes{"“", "”", "‘", "’"},
		Archive: ArchiveWords{
			Issues:        "Todas as edições",
			Latest:        "Últimas edições",
			Years:         "Por ano",
			Around:        "Mais edições",
			Search:        "Pesquisar",
			SearchIn:      "Pesquisar em todas as edições",
			Found:         "Edições com “{words}”",
			NothingFound:  "Nenhuma edição contém todas estas palavras.",
			None:          "Ainda não saiu nenhuma edição.",
			NoneThen:      "Não saiu nenhuma edição nesse período.",
			Older:         "Edições mais antigas",
			Newest:        "Edições mais recentes",
			Previous:      "Edição anterior",
			Next:          "Edição seguinte",
			TakenDown:     "Esta edição foi retirada",
			TakenDownHelp: "A redação de {name} retirou-a do arquivo.",
			Correction:    "Correção de {date}:",
			Follow:        "Para leitores de feeds",
			Coming:        "Próxima edição: {date}.",
			Daily:         "Uma edição por dia",
			Weekly: [7]string{
				"Uma edição a cada domingo",
				"Uma edição a cada segunda-feira",
				"Uma edição a cada terça-feira",
				"Uma edição a cada quarta-feira",
				"Uma edição a cada quinta-feira",
				"Uma edição a cada sexta-feira",
				"Uma edição a cada sábado",
			},
			Often:   "Várias edições por semana",
			Weeks:   Plural{One: "Uma edição por semana", Other: "Uma edição a cada {n}\u00a0semanas"},
			Monthly: "Uma edição por mês",
		},
		Pages: PageWords{
			Leave:         "Cancelar a subscrição de {name}?",
			LeaveHow:      "Basta um clique no botão para deixar de receber novas edições.",
			Left:          "Subscrição cancelada",
			LeftSaid:      "Não receberá mais edições de {name}. Se alguma estiver a caminho neste momento, será a última.",
			Test:          "Este foi um e-mail de teste",
			TestSaid:      "Numa edição real, este link cancela a subscrição. Aqui não tem efeito.",
			BadLink:       "Este link não funciona",
			BadLinkHelp:   "Talvez um programa de e-mail o tenha cortado em dois. Abra-o a partir do próprio e-mail.",
			BadLinkButton: "O seu programa de e-mail pode ter, ao lado do remetente, um botão próprio para cancelar: funciona sem este link.",
			BadLinkAsk:    "Se não resultar, responda ao e-mail a pedir o cancelamento.",
			Fault:         "Algo correu mal do nosso lado",
			FaultHelp:     "A culpa não é sua e nada foi alterado. Tente novamente dentro de alguns minutos.",
			Missing:       "Esta página não existe",
			NoIssue:       "Esta edição não está aqui",
			NoIssueHelp:   "Cada edição é publicada aqui quando é enviada; o link de um e-mail de teste funciona a partir desse momento. Se veio de um e-mail de {name}, talvez o link tenha sido cortado em dois.",
			ReadOnly:      "Esta página é apenas para leitura",
		},
		Join: JoinWords{
			Title:          "Subscrever {name}",
			Box:            "Newsletter",
			BoxLead:        "Subscreva já o nosso resumo semanal e não perca nada",
			BoxAny:         "Subscreva já o nosso resumo e não perca nada",
			Address:        "Endereço de e-mail",
			Name:           "Nome (opcional)",
			Button:         "Subscrever",
			Sending:        "Um momento, por favor…",
			How:            "Será enviado para este endereço um e-mail com um link de confirmação. Cada edição tem um link para cancelar.",
			Trap:           "Deixe este campo vazio",
			Asked:          "Veja a sua caixa de correio",
			AskedSaid:      "Um e-mail com um link de confirmação vai a caminho de {email}, a não ser que este endereço já receba {name} ou não o deseje. Não chegou nada ao fim de alguns minutos? Veja no lixo eletrónico.",
			Again:          "Mais um clique, por favor",
			AgainSaid:      "O formulário veio de outra página, muito depressa ou ao fim de muito tempo. Verifique o endereço e clique no botão.",
			BadAddress:     "Este endereço não pode estar certo. Escreva-o como name@example.org.",
			Busy:           "Demasiados pedidos neste momento",
			BusySaid:       "Há tantas subscrições que, por agora, não são enviados mais e-mails. Tente novamente dentro de uma hora.",
			Code:           "Escreva quatro algarismos",
			CodeSaid:       "Muitas subscrições da última hora não foram confirmadas: talvez sejam enviadas por programas. Escreva estes algarismos, como só uma pessoa faria:",
			CodeDigits:     "Os quatro algarismos",
			CodeWrong:      "Não eram esses os algarismos, ou passou demasiado tempo. Escreva os novos",
			Confirm:        "Subscrever {name}?",
			ConfirmSaid:    "Basta um clique no botão e {name} chegará a {email}.",
			ConfirmButton:  "Sim, subscrever",
			Confirmed:      "Subscrição confirmada",
			ConfirmedSaid:  "A próxima edição de {name} será enviada para {email}.",
			UnderWay:       "A edição {number} está a ser enviada agora mesmo; a sua primeira será a {next}.",
			SendNow:        "Enviar-me já a edição {number}",
			OnItsWay:       "A edição {number} está a caminho",
			OnItsWaySaid:   "Dentro de instantes estará na caixa de correio de {email}.",
			Had:            "A edição {number} foi enviada para {email}.",
			TooOld:         "Este link já não funciona",
			TooOldHelp:     "Funciona durante sete dias, salvo se entretanto a subscrição foi cancelada ou todas as mensagens recusadas. Para subscrever, peça aqui um novo.",
			Never:          "Nunca escrever para este endereço?",
			NeverSaid:      "Basta um clique no botão e {name} nunca mais escreverá para {email}, seja quem for que o peça.",
			NeverThis:      "Basta um clique no botão e {name} nunca mais escreverá para o endereço que recebeu a mensagem, seja quem for que o peça.",
			NeverButton:    "Nunca mais",
			NeverDone:      "{name} não escreve para este endereço",
			NeverOld:       "Funciona durante trinta dias. Se mesmo assim receber edições, cada uma tem um link para cancelar.",
			MailSubject:    "Confirme, por favor: {name}",
			MailSaid:       "Alguém (provavelmente quem lê este e-mail) pediu para receber {name} neste endereço. Confirme aqui:",
			MailButton:     "Confirmar a subscrição",
			MailIgnore:     "Não fez este pedido? Então não é preciso fazer nada: sem a sua confirmação, nada é enviado. O link funciona durante sete dias.",
			MailNever:      "Nunca escrever para este endereço",
			WelcomeSubject: "Damos-lhe as boas-vindas: {name}",
			WelcomeSaid:    "A partir de agora, {name} chega a este endereço.",
		},
		Leaving: LeavingWords{
			Yours:        "O seu endereço: {email}",
			UndoHow:      "Foi um engano? Durante um dia, basta um clique para que tudo volte a ser como era.",
			Undo:         "Anular",
			Undone:       "A subscrição foi reposta",
			UndoneSaid:   "Está tudo como antes de deixar {name}.",
			UndoneChosen: "A subscrição de {name} está de novo ativa, com a escolha que fez.",
			TooLate:      "Já não é possível voltar atrás",
			TooLateSaid:  "É possível durante um dia após o cancelamento, desde que nada mais tenha mudado. Pode subscrever {name} de novo em qualquer altura.",
			Why:          "Porque cancela a subscrição? (opcional)",
			TooOften:     "São demasiados e-mails",
			NotForMe:     "Os artigos não me interessam",
			NeverAsked:   "Nunca pedi isto",
			Elsewhere:    "Leio os artigos noutro lado",
			Other:        "Outro motivo",
			WhySend:      "Enviar",
			WhyThanks:    "Obrigado pela resposta.",
		},
		Address: AddressWords{
			Title:       "Outro endereço",
			How:         "É enviada para lá uma mensagem com um link de confirmação. Até lá, tudo fica como está.",
			Ask:         "Enviar a mensagem de confirmação",
			Asked:       "Uma mensagem com um link de confirmação vai a caminho de {email}, a menos que este endereço não possa ser usado. Até à confirmação, tudo fica como está.",
			Confirm:     "Enviar {name} para {email} a partir de agora?",
			Button:      "Sim, mudar o endereço",
			Changed:     "A partir de agora, {name} é enviado para {email}.",
			MailSubject: "Confirme o seu novo endereço: {name}",
			MailSaid:    "Alguém, provavelmente você, quer receber {name} neste endereço a partir de agora. Confirme aqui:",
			OldSubject:  "O seu endereço foi mudado: {name}",
			OldSaid:     "A partir de agora, {name} é enviado para {email} e já não para este endereço.",
			OldBack:     "Se não foi você, desfaça a mudança no prazo de sete dias:",
			OldAnswer:   "Se algo não estiver certo, responda a esta mensagem.",
			Back:        "Não fui eu: enviar de novo para aqui",
			BackTitle:   "Desfazer a mudança de endereço?",
			BackSaid:    "{name} voltará a ser enviado para {email} e já não para o outro endereço.",
			BackButton:  "Sim, desfazer a mudança",
			OldLink:     "Funciona durante sete dias, desde que nada mais tenha mudado. Pode mudar o endereço na sua página, à qual leva o link para cancelar de cada edição.",
			OldLinkAsk:  "Não recebe edições? Então responda à mensagem com este link.",
		},
		Me: MeWords{
			Title:       "A sua subscrição de {name}",
			Link:        "Prefere fazer uma pausa ou mudar outra coisa?",
			LinkLeft:    "Ver ou apagar o que está guardado sobre si",
			Name:        "Nome (opcional)",
			Save:        "Guardar",
			Saved:       "Guardado",
			Pause:       "Pausa",
			PauseHow:    "Antes desse dia não recebe nenhuma edição. Depois voltam a chegar por si.",
			PauseUntil:  "Pausa até",
			PauseButton: "Fazer uma pausa",
			Paused:      "Em pausa até {date}",
			PausedSaid:  "Antes desse dia não recebe nenhuma edição de {name}.",
			Resume:      "Terminar a pausa",
			Resumed:     "A pausa terminou",
			BadDay:      "Escolha um dia dentro do próximo ano.",
			Data:        "Os seus dados",
			DataHow:     "Um ficheiro com tudo o que se guarda sobre si.",
			DataButton:  "Descarregar os meus dados",
			Erase:       "Apagar tudo",
			EraseHow:    "O seu endereço, o seu nome e tudo o resto sobre si são apagados, e {name} nunca mais lhe escreve. Não é possível voltar atrás.",
			EraseSure:   "Sim, apagar tudo sobre mim",
			EraseUnsure: "Marque primeiro a caixa.",
			EraseButton: "Apagar tudo",
			Erased:      "Tudo foi apagado",
			ErasedSaid:  "Fica apenas uma marca ilegível, para que {name} não volte a escrever para o seu endereço.",
			NobodyHere:  "Os dados da pessoa a quem pertencia foram apagados. Não há mais nada para ver ou mudar.",
		},
		Choosing: ChoosingWords{
			Title:       "O que recebe",
			Sections:    "Secções",
			SectionsHow: "Recebe o que está assinalado. Uma secção nova fica assinalada até dizer o contrário.",
			Often:       "Com que frequência",
			Every:       "Todas as edições",
			Monthly:     "Só a primeira edição do mês",
			Language:    "Língua",
			LanguageHow: "Os artigos ficam como foram escritos; tudo o resto, nos e-mails e nestas páginas, está nesta língua.",
			NoSection:   "Escolha pelo menos uma secção.",
			Less:        "Prefere receber menos a cancelar?",
			LessAfter:   "Ou voltar e receber menos?",
			ComeBack:    "Voltar com esta escolha",
			BackPause:   "Voltar depois de uma pausa",
		},
		DateWords: DateWords{
			FullDate:  "{weekday}, {day} de {month} de {year}",
			LongDate:  "{day} de {month} de {year}",
			ShortDate: "{day} de {month}",
			Months: [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho",
				"agosto", "setembro", "outubro", "novembro", "dezembro"},
			Weekdays: [7]string{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"},
		},
	}
	if region == "" || region == "BR" {
		brazilian(&w)
	}
	return w
}

// brazilian changes what Brazil says otherwise than Portugal. Its first of a
// month is an ordinal, which CLDR's patterns can't say.
func brazilian(w *Words) {
	w.Number = "Nº\u00a0{number}"
	w.InBrief = "Curtas"
	w.KeepReading = "Continue lendo"
	w.SentTo = "Este e-mail foi enviado para {email} porque você assina {name}."
	w.Unsubscribe = "Cancelar inscrição"
	w.FirstDay = "1º"
	w.Pages.Leave = "Cancelar a inscrição em {name}?"
	w.Pages.Left = "Inscrição cancelada"
	w.Pages.LeftSaid = "Você não receberá mais edições de {name}. Se alguma estiver a caminho neste momento, será a última."
	w.Pages.TestSaid = "Em uma edição real, este link cancela a inscrição. Aqui ele não tem efeito."
	w.Pages.BadLinkAsk = "Se não funcionar, responda ao e-mail pedindo o cancelamento."
	w.Pages.NoIssueHelp = "Cada edição é publicada aqui quando é enviada; o link de um e-mail de teste funciona a partir desse momento. Se você veio de um e-mail de {name}, talvez o link tenha sido cortado em dois."
	w.Pages.Fault = "Algo deu errado do nosso lado"
	w.Pages.FaultHelp = "A culpa não é sua, e nada foi alterado. Tente novamente em alguns minutos."
	w.Join.Title = "Assinar {name}"
	w.Join.BoxLead = "Assine agora o nosso resumo semanal e não perca nada"
	w.Join.BoxAny = "Assine agora o nosso resumo e não perca nada"
	w.Join.Button = "Assinar"
	w.Join.Asked = "Veja a sua caixa de entrada"
	w.Join.AskedSaid = "Um e-mail com um link de confirmação está a caminho de {email}, a não ser que este endereço já receba {name} ou não queira recebê-lo. Não chegou nada em alguns minutos? Veja na caixa de spam."
	w.Join.AgainSaid = "O formulário veio de outra página, muito rápido ou depois de muito tempo. Verifique o endereço e clique no botão."
	w.Join.Busy = "Pedidos demais neste momento"
	w.Join.BusySaid = "Há tantas inscrições que, por enquanto, nenhum outro e-mail é enviado. Tente novamente em uma hora."
	w.Join.Confirm = "Assinar {name}?"
	w.Join.ConfirmButton = "Sim, assinar"
	w.Join.Confirmed = "Inscrição confirmada"
	w.Join.UnderWay = "A edição {number} está sendo enviada agora mesmo; a sua primeira será a {next}."
	w.Join.TooOld = "Este link não funciona mais"
	w.Join.TooOldHelp = "Ele funciona por sete dias, a não ser que nesse meio-tempo a inscrição tenha sido cancelada ou todos os e-mails recusados. Para assinar, peça aqui um novo."
	w.Join.MailButton = "Confirmar a inscrição"
	w.Join.MailIgnore = "Você não fez este pedido? Então não é preciso fazer nada: sem a sua confirmação, nada é enviado. O link funciona por sete dias."
	w.Join.MailSaid = "Alguém, provavelmente você, pediu para receber {name} neste endereço. Confirme aqui:"
	w.Join.WelcomeSubject = "Boas-vindas a {name}"
	w.Choosing.Language = "Idioma"
	w.Choosing.LanguageHow = "Os artigos ficam como foram escritos; todo o resto, nos e-mails e nestas páginas, está neste idioma."
}
