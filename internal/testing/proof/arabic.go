package proof

import (
	"testing"

	"roundup/digest"
)

func arabicPublication(t testing.TB) digest.Publication {
	t.Helper()
	return digest.Publication{
		Name:          "مجلة خط الزوال",
		Tagline:       "شؤون العالم مرة كل أسبوع",
		SiteURL:       "https://meridian.example/ar/",
		BaseURL:       "https://news.meridian.example",
		Language:      "ar",
		Location:      zone(t, "Africa/Cairo"),
		PostalAddress: "مجلة خط الزوال، ١٤ شارع الميناء، الإسكندرية، مصر",
		AccentColor:   "#0b6e4f",
		Social: []digest.SocialLink{
			{Name: "ماستودون", URL: "https://social.example/@meridian"},
			{Name: "RSS", URL: "https://meridian.example/ar/feed.xml"},
		},
	}
}

const arabicNote = `استغرق تقرير هذا الأسبوع *أحد عشر شهرا* من العمل. إن كنت ستقرأ شيئا واحدا في طريق العودة فليكن [تقرير البلطيق](https://meridian.example/articles/baltic-ar/).

**في الأسبوع المقبل** نستريح، وبعده عدد خاص عن الأنهار.`

// arabicArticles have English headlines and names among Arabic ones.
func arabicArticles() []digest.IssueSection {
	return []digest.IssueSection{
		{Title: "تحليلات وتقارير", Articles: []digest.Printed{
			withPicture(at(read(Article(18, "الحرب الصامتة تحت بحر البلطيق",
				"خمسة كابلات مقطوعة في أربعة عشر شهرا علّمت أساطيل المنطقة أن الردع في البحر يبدأ اليوم من القاع.",
				"تحليل | أمن | أوروبا", "نغوزي أتشيبي", "توماس ليندكفيست"), 4800), "baltic-ar"),
				"1600x900/baltic.jpg", "سفينة دورية رمادية تحت سماء منخفضة", "سفينة لخفر السواحل قبالة هانكو.", "يوناس بيرغ"),
			withPicture(at(Article(17, "لمن المياه تحت الساحل؟",
				"ثلاث حكومات تحفر في الخزان نفسه، ولا تعرف أي منها كم بقي فيه (آخر تقدير: 2019).",
				"تقرير | مناخ | أفريقيا", "أمينة ديالو"), "sahel-ar"),
				"1200x800/sahel.jpg", "حفارة إلى جانب صف من أشجار السنط", "بئر جديدة قرب غاو.", "إبراهيم كيتا"),
			at(Article(19, "ممر الحبوب الذي عاش بعد معاهدته",
				"شركات شحن وتأمين وأسطولان تبقي على اتفاق لم يعد موجودا على الورق.", "تقرير | تجارة", "أليف يلديز"), "grain-ar"),
		}},
		{Title: "أخبار", Articles: []digest.Printed{
			at(read(Article(20, "Who Owns the Water Beneath the Sahel?", "Three governments are drilling into the same aquifer (and none knows how much is left).",
				"تحليل | Climate | NATO | أفريقيا", "Amina Diallo", "ليلى حداد"), 480), "who-owns"),
			at(read(Article(19, "NATO تعلن عن مناورات جديدة في بحر البلطيق (الأكبر منذ 2014)", "تشارك فيها 14 دولة.", "تقرير", "ليلى حداد"), 2600), "nato"),
		}},
		{Title: "رأي", Articles: []digest.Printed{
			at(Article(16, "العقوبات عادة لا استراتيجية", "تصبح الأداة أسهل كل عام، ولهذا تحديدا يقل أثرها.", "رأي", "روتغر فان دام"), "sanctions-ar"),
		}},
		{Title: "باختصار", Articles: []digest.Printed{
			at(Article(15, "إعادة فتح معبر في القوقاز", "بعد 31 عاما عبر أول قطار شحن، متأخرا إحدى عشرة دقيقة.", "أوروبا"), "border-ar"),
			at(Article(14, "What the Chip Truce Leaves Out", "", "تجارة | آسيا", "سون هي بارك"), "chips-ar"),
		}},
	}
}
