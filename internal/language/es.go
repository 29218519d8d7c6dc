package language

import "strings"

// spanish addresses readers with usted, in words that Spain and America share.
func spanish(region string) Words {
	w := Words{
		Number:      "N.º\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Por {names}",
		Two:         "{first} y {second}",
		Next:        "{names}, {name}",
		Last:        "{names} y {last}",
		Others:      "{names} y otros",
		Greeting:    "Hola, {name}:",
		GreetingAll: "Queridas lectoras, queridos lectores:",
		Browser:     "Ver en el navegador",
		Contents:    "También en este número",
		More:        Plural{One: "y un artículo más", Other: "y {n} artículos más"},
		InBrief:     "En breve",
		Minutes:     Plural{One: "{n}\u00a0min\u00a0de\u00a0lectura", Other: "{n}\u00a0min\u00a0de\u00a0lectura"},
		Credit:      "Imagen: {credit}",
		Colon:       ":",
		KeepReading: "Seguir leyendo",
		SentTo:      "Recibe este correo en {email} por su suscripción a {name}.",
		Unsubscribe: "Darse de baja",
		NothingNew:  "Esta vez no hay artículos nuevos.",
		Untitled:    "Sin título",
		Quotes:      quotes{"«", "»", "“", "”"},
		Archive: ArchiveWords{
			Issues:        "Todos los números",
			Latest:        "Últimos números",
			Years:         "Por año",
			Around:        "Más números",
			Search:        "Buscar",
			SearchIn:      "Buscar en todos los números",
			Found:         "Números con «{words}»",
			NothingFound:  "Ningún número contiene todas estas palabras.",
			None:          "Todavía no ha aparecido ningún número.",
			Older:         "Números anteriores",
			Newest:        "Números más recientes",
			Previous:      "Número anterior",
			Next:          "Número siguiente",
			TakenDown:     "Este número se ha retirado",
			TakenDownHelp: "La redacción de {name} lo ha retirado del archivo.",
			Follow:        "Para lectores de fuentes web",
			Coming:        "Próximo número: {date}.",
			Daily:         "Un número cada día",
			Weekly: [7]string{
				"Un número cada domingo",
				"Un número cada lunes",
				"Un número cada martes",
				"Un número cada miércoles",
				"Un número cada jueves",
				"Un número cada viernes",
				"Un número cada sábado",
			},
			Often:   "Varios números por semana",
			Weeks:   Plural{One: "Un número cada semana", Other: "Un número cada {n}\u00a0semanas"},
			Monthly: "Un número cada mes",
		},
		Pages: PageWords{
			Leave:       "¿Darse de baja de {name}?",
			LeaveHow:    "Basta con pulsar el botón para no recibir más números.",
			Left:        "Su baja se ha registrado",
			LeftSaid:    "No recibirá más números de {name}. Si en este momento hay uno en camino, será el último.",
			Test:        "Era un correo de prueba",
			TestSaid:    "En un número real, este enlace sirve para darse de baja. Aquí no hace nada.",
			BadLink:     "Este enlace no funciona",
			BadLinkHelp: "Quizá un programa de correo lo haya cortado en dos. Ábralo desde el propio correo o responda a este para pedir la baja.",
			Fault:       "Algo ha fallado por nuestra parte",
			FaultHelp:   "No es culpa suya y no se ha cambiado nada. Vuelva a intentarlo dentro de unos minutos.",
			Missing:     "Esta página no existe",
			NoIssue:     "Este número no está aquí",
			NoIssueHelp: "Cada número se publica aquí cuando se envía; el enlace de un correo de prueba funciona a partir de entonces. Si viene de un correo de {name}, quizá el enlace se haya cortado en dos.",
			ReadOnly:    "Esta página es solo de lectura",
		},
		Join: JoinWords{
			Title:          "Suscribirse a {name}",
			Box:            "Boletín",
			BoxLead:        "Suscríbase ya a nuestro resumen semanal y no se pierda nada",
			Address:        "Correo electrónico",
			Name:           "Nombre (opcional)",
			Button:         "Suscribirse",
			How:            "A esta dirección llegará un correo con un enlace de confirmación. Cada número lleva un enlace para darse de baja.",
			Trap:           "Deje este campo vacío",
			Asked:          "Mire en su buzón",
			AskedSaid:      "Un correo con un enlace de confirmación está en camino, salvo que la dirección ya esté suscrita a {name} o no lo desee. ¿No llega nada en unos minutos? Mire en el correo no deseado.",
			Again:          "Pulse una vez más, por favor",
			AgainSaid:      "El formulario llegó desde otra página, muy deprisa o al cabo de mucho tiempo. Compruebe la dirección y pulse el botón.",
			BadAddress:     "Esta dirección no puede ser correcta",
			Busy:           "Demasiadas solicitudes en este momento",
			BusySaid:       "Se suscribe tanta gente que por ahora no se envían más correos. Vuelva a intentarlo dentro de una hora.",
			Confirm:        "¿Suscribirse a {name}?",
			ConfirmSaid:    "Basta con pulsar el botón y {name} se enviará a {email}.",
			ConfirmButton:  "Sí, suscribirse",
			Confirmed:      "Su suscripción está confirmada",
			ConfirmedSaid:  "El próximo número de {name} se enviará a {email}.",
			UnderWay:       "El {number} se está enviando ahora mismo; el primero para usted será el {next}.",
			SendNow:        "Enviarme ahora el último número",
			SendNowSaid:    "El último número está en camino a {email}.",
			TooOld:         "Este enlace ha caducado",
			TooOldHelp:     "Sirve durante siete días. Vuelva a suscribirse, por favor.",
			Never:          "¿No escribir nunca a esta dirección?",
			NeverSaid:      "Basta con pulsar el botón y {name} no volverá a escribir a {email}, lo pida quien lo pida.",
			NeverButton:    "Nunca más",
			NeverDone:      "{name} no escribe a esta dirección",
			MailSubject:    "Confirme, por favor: {name}",
			MailSaid:       "Alguien, probablemente usted, ha pedido que {name} se envíe a esta dirección. Basta con un clic:",
			MailButton:     "Confirmar la suscripción",
			MailIgnore:     "¿No lo ha pedido? Entonces no tiene que hacer nada: sin su confirmación no se envía nada. El enlace sirve durante siete días.",
			MailNever:      "No escribir nunca a esta dirección",
			WelcomeSubject: "Le damos la bienvenida a {name}",
			WelcomeSaid:    "Desde ahora, {name} se envía a esta dirección.",
		},
		Before: spanishAnd,
		Leaving: LeavingWords{
			Yours:       "Su dirección: {email}",
			UndoHow:     "¿Fue un error? Durante un día, basta pulsar el botón para que todo vuelva a estar como antes.",
			Undo:        "Deshacer",
			Undone:      "Su suscripción sigue en pie",
			UndoneSaid:  "Todo está como antes de su baja de {name}.",
			TooLate:     "Ya no se puede deshacer",
			TooLateSaid: "Es posible durante un día después de la baja, siempre que nada más haya cambiado. Puede suscribirse de nuevo a {name} en cualquier momento.",
			Why:         "¿Por qué se da de baja? (opcional)",
			TooOften:    "Son demasiados correos",
			NotForMe:    "Los artículos no me interesan",
			NeverAsked:  "Nunca lo pedí",
			Elsewhere:   "Leo los artículos en otro sitio",
			Other:       "Otro motivo",
			WhySend:     "Enviar",
			WhyThanks:   "Gracias por su respuesta.",
		},
		DateWords: DateWords{
			FullDate:  "{weekday}, {day} de {month} de {year}",
			LongDate:  "{day} de {month} de {year}",
			ShortDate: "{day} de {month}",
			Months: [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
				"agosto", "septiembre", "octubre", "noviembre", "diciembre"},
			Weekdays: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		},
	}
	switch region {
	case "PE", "UY":
		w.Months[8] = "setiembre"
	case "HN":
		w.FullDate, w.LongDate = "{weekday} {dd} de {month} de {year}", "{dd} de {month} de {year}"
	}
	return w
}

// spanishAnd turns "y" into "e" before the sound of i: "Ana e Isabel", "Ana e
// Hilda", but "Ana y Hiedra".
func spanishAnd(pattern, name string) string {
	name = strings.ToLower(name)
	glides := strings.HasPrefix(name, "hia") || strings.HasPrefix(name, "hie")
	for _, sound := range []string{"i", "í", "hi", "hí"} {
		if strings.HasPrefix(name, sound) && !glides {
			return strings.Replace(pattern, " y ", " e ", 1)
		}
	}
	return pattern
}
