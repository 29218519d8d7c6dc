package digest

// russian has its months in the genitive, as they stand in a date, and names
// authors and sources behind a noun, where they need no other case.
func russian(string) Words {
	return Words{
		Number:      "№\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Текст: {names}",
		Two:         "{first} и\u00a0{second}",
		Next:        "{names}, {name}",
		Last:        "{names} и\u00a0{last}",
		Others:      "{names} и\u00a0др.",
		Greeting:    "Здравствуйте, {name}!",
		GreetingAll: "Дорогие читатели!",
		Browser:     "Открыть в\u00a0браузере",
		Contents:    "Также в\u00a0этом номере",
		InBrief:     "Коротко",
		Minutes: Plural{
			One:   "{n}\u00a0минута\u00a0чтения",
			Few:   "{n}\u00a0минуты\u00a0чтения",
			Many:  "{n}\u00a0минут\u00a0чтения",
			Other: "{n}\u00a0минуты\u00a0чтения",
		},
		Credit:      "Изображение: {credit}",
		Colon:       ":",
		KeepReading: "Читать дальше",
		SentTo:      "Это письмо отправлено на адрес {email}, потому что вы подписались на рассылку «{name}».",
		Unsubscribe: "Отписаться",
		NothingNew:  "На этот раз новых статей нет.",
		Untitled:    "Без названия",
		Quotes:      quotes{"«", "»", "„", "“"},
		Tied:        "авикосуяАВИКОСУЯ",
		Pages: PageWords{
			Leave:       "Отписаться от рассылки «{name}»?",
			LeaveHow:    "Нажмите кнопку, и\u00a0новые выпуски больше не будут приходить.",
			Left:        "Вы отписались от рассылки",
			LeftSaid:    "Новые выпуски рассылки «{name}» больше не будут приходить. Если один из них сейчас в\u00a0пути, он последний.",
			Test:        "Это было пробное письмо",
			TestSaid:    "В\u00a0настоящем выпуске по этой ссылке можно отписаться. Здесь она ничего не делает.",
			BadLink:     "Эта ссылка не работает",
			BadLinkHelp: "Возможно, почтовая программа разорвала её пополам. Откройте ссылку из самого письма или ответьте на него с\u00a0просьбой отписать вас от рассылки.",
			Fault:       "У\u00a0нас что-то пошло не так",
			FaultHelp:   "Вы здесь ни при чём, и\u00a0ничего не изменилось. Попробуйте ещё раз через несколько минут.",
			Missing:     "Такой страницы нет",
			NoIssue:     "Этого выпуска здесь нет",
			NoIssueHelp: "Выпуск появляется здесь после отправки; ссылка из пробного письма начинает работать тогда же. Если вы пришли из письма рассылки «{name}», ссылка могла быть разорвана пополам.",
			ReadOnly:    "Эта страница только для чтения",
		},
		DateWords: DateWords{
			FullDate:  "{weekday}, {day}\u00a0{month} {year}\u00a0г.",
			LongDate:  "{day}\u00a0{month} {year}\u00a0г.",
			ShortDate: "{day}\u00a0{month}",
			Months: [12]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля",
				"августа", "сентября", "октября", "ноября", "декабря"},
			Weekdays: [7]string{"воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"},
		},
	}
}
