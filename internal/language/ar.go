package language

import "strings"

// arabic says things with nouns where a verb would have to choose between
// reading men and women. Names of months and digits differ by region.
func arabic(region string) Words {
	return Words{
		Number:      "العدد {number}",
		Numbered:    "{name}، {number}",
		By:          "بقلم {names}",
		Two:         "{first} و{second}",
		Next:        "{names} و{name}",
		Last:        "{names} و{last}",
		Others:      "{names} وآخرون",
		Greeting:    "مرحبًا {name}،",
		GreetingAll: "قرّاءنا الأعزاء،",
		Browser:     "عرض في المتصفح",
		Contents:    "وأيضا في هذا العدد",
		More: Plural{
			Zero:  "ولا مقالات أخرى",
			One:   "ومقال آخر",
			Two:   "ومقالان آخران",
			Few:   "و{n} مقالات أخرى",
			Many:  "و{n} مقالًا آخر",
			Other: "و{n} مقال آخر",
		},
		InBrief: "باختصار",
		Minutes: Plural{
			Zero:  "قراءة في أقل من دقيقة",
			One:   "قراءة في دقيقة واحدة",
			Two:   "قراءة في دقيقتين",
			Few:   "قراءة في {n} دقائق",
			Many:  "قراءة في {n} دقيقة",
			Other: "قراءة في {n} دقيقة",
		},
		Credit:      "الصورة: {credit}",
		Colon:       ":",
		KeepReading: "متابعة القراءة",
		SentTo:      "أُرسلت هذه الرسالة إلى {email} بناءً على الاشتراك في «{name}».",
		Unsubscribe: "إلغاء الاشتراك",
		NothingNew:  "لا مقالات جديدة هذه المرة.",
		Untitled:    "بلا عنوان",
		Quotes:      quotes{"«", "»", "“", "”"},
		Pages: PageWords{
			Leave:       "إلغاء الاشتراك في «{name}»؟",
			LeaveHow:    "بضغطة واحدة على الزر يتوقف إرسال الأعداد الجديدة إليك.",
			Left:        "أُلغي اشتراكك",
			LeftSaid:    "لن يصلك أي عدد آخر من «{name}». وإن كان أحد الأعداد في الطريق إليك الآن فسيكون الأخير.",
			Test:        "كانت هذه رسالة تجريبية",
			TestSaid:    "في العدد الحقيقي يلغي هذا الرابط الاشتراك. أما هنا فلا يفعل شيئًا.",
			BadLink:     "هذا الرابط لا يعمل",
			BadLinkHelp: "ربما قسمه برنامج البريد إلى جزأين. يمكن فتحه من الرسالة نفسها، أو الرد عليها لطلب إلغاء الاشتراك.",
			Fault:       "حدث خطأ لدينا",
			FaultHelp:   "لا ذنب لك في ذلك، ولم يتغير شيء. يُرجى إعادة المحاولة بعد بضع دقائق.",
			Missing:     "هذه الصفحة غير موجودة",
			NoIssue:     "هذا العدد ليس هنا",
			NoIssueHelp: "يُنشر العدد هنا عند إرساله، ولا يعمل رابط الرسالة التجريبية قبل ذلك. أما إذا جاء الرابط من رسالة «{name}» فربما قُسم إلى جزأين.",
			ReadOnly:    "هذه الصفحة للقراءة فقط",
		},
		DateWords: arabicDates(region),
	}
}

func arabicDates(region string) DateWords {
	d := DateWords{
		FullDate:  "{weekday}، {day} {month} {year}",
		LongDate:  "{day} {month} {year}",
		ShortDate: "{day} {month}",
		Months: [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو",
			"أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		Weekdays: [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
	}
	switch region {
	case "IQ", "JO", "LB", "PS", "SY":
		d.Months = [12]string{"كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز",
			"آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"}
	case "DZ", "TN":
		d.Months = [12]string{"جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية",
			"أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}
	case "MA":
		d.Months = [12]string{"يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز",
			"غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"}
	case "MR":
		d.Months = [12]string{"يناير", "فبراير", "مارس", "إبريل", "مايو", "يونيو", "يوليو",
			"أغشت", "شتمبر", "أكتوبر", "نوفمبر", "دجمبر"}
	}
	if region != "" && strings.Contains("BH DJ EG ER IL IQ JO KM KW LB MR OM PS QA SA SD SO SS SY TD YE", region) {
		d.Digits = "٠١٢٣٤٥٦٧٨٩"
	}
	return d
}
