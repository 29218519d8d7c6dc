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
		Before: spanishAnd,
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
