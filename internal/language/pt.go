package language

// portuguese is Brazil's where no region, or Brazil, is named, and Portugal's
// elsewhere, as CLDR has it.
func portuguese(region string) Words {
	w := Words{
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
		Pages: PageWords{
			Leave:       "Cancelar a subscrição de {name}?",
			LeaveHow:    "Basta um clique no botão para deixar de receber novas edições.",
			Left:        "Subscrição cancelada",
			LeftSaid:    "Não receberá mais edições de {name}. Se alguma estiver a caminho neste momento, será a última.",
			Test:        "Este foi um e-mail de teste",
			TestSaid:    "Numa edição real, este link cancela a subscrição. Aqui não tem efeito.",
			BadLink:     "Este link não funciona",
			BadLinkHelp: "Talvez um programa de e-mail o tenha cortado em dois. Abra-o a partir do próprio e-mail ou responda ao e-mail a pedir o cancelamento.",
			Fault:       "Algo correu mal do nosso lado",
			FaultHelp:   "A culpa não é sua e nada foi alterado. Tente novamente dentro de alguns minutos.",
			Missing:     "Esta página não existe",
			NoIssue:     "Esta edição não está aqui",
			NoIssueHelp: "Cada edição é publicada aqui quando é enviada; o link de um e-mail de teste funciona a partir desse momento. Se veio de um e-mail de {name}, talvez o link tenha sido cortado em dois.",
			ReadOnly:    "Esta página é apenas para leitura",
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
	w.Pages.BadLinkHelp = "Talvez um programa de e-mail o tenha cortado em dois. Abra-o a partir do próprio e-mail ou responda ao e-mail pedindo o cancelamento."
	w.Pages.NoIssueHelp = "Cada edição é publicada aqui quando é enviada; o link de um e-mail de teste funciona a partir desse momento. Se você veio de um e-mail de {name}, talvez o link tenha sido cortado em dois."
	w.Pages.Fault = "Algo deu errado do nosso lado"
	w.Pages.FaultHelp = "A culpa não é sua, e nada foi alterado. Tente novamente em alguns minutos."
}
