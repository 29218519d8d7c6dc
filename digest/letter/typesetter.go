package letter

import (
	"cmp"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"roundup/digest"
	"roundup/internal/language"
)

// The longest texts a mail prints, in characters. What is longer is cut at a
// word; the article itself is one click away.
const (
	longHeadline   = 90
	briefText      = 90 // a blurb of at most one line
	maxByline      = 160
	maxLabels      = 120
	maxCaption     = 300
	maxCredit      = 120
	maxRepublished = 400
	maxName        = 120 // of the newsletter, a section, a link in the footer
	maxAddress     = 400
)

// DefaultLabels is how many labels of an article are printed where no number is
// given; AllLabels stands for all of them.
const (
	DefaultLabels = 3
	AllLabels     = math.MaxInt
)

// freshFor is how old an article may be, in days before the issue, without its
// date being printed: that it is new is what a digest is for.
const freshFor = 7

// fewBriefs is how many short items make a list of them.
const fewBriefs = 3

// typesetter turns an issue into the letter that its templates print.
type typesetter struct {
	issue     digest.Issue
	pub       digest.Publication
	opts      Options
	words     language.Words // around the articles
	texts     language.Words // of the language that its texts are in
	date      time.Time      // the issue's, on the publication's calendar
	maxText   int            // characters of a blurb
	headlines map[string]int

	fromRight bool // the letter is written from the right
}

// newLetter builds the data model. Blurbs are cut to maxText characters.
func newLetter(issue digest.Issue, pub digest.Publication, opts Options, maxText int) Letter {
	t := typesetter{
		issue:     issue,
		pub:       pub,
		opts:      opts,
		words:     language.WordsFor(pub.Language),
		texts:     textWords(pub),
		date:      localTime(issue.Date, pub),
		maxText:   maxText,
		headlines: map[string]int{},

		fromRight: language.RightToLeft(pub.Language),
	}
	letter := Letter{
		Language:   language.Parse(pub.Language).String(),
		Direction:  "ltr",
		Opposite:   "rtl",
		Newsletter: t.newsletter(),
		Number:     t.words.IssueNumber(issue.Number),
		Date:       t.words.Date(t.words.FullDate, t.date),
		Subject:    language.Cut(language.Plain(issue.Subject), digest.MaxSubject),
		Preheader:  language.Cut(language.Plain(issue.Preheader), digest.MaxPreheader),
		Page:       opts.page,
		View:       t.words.Browser,
		TextLang:   t.textLang(),
		Note:       t.note(issue.Note),
		Leave:      t.words.Unsubscribe,
		Colon:      t.words.Colon,
		Colours:    NewPalette(pub.AccentColor),
	}
	if t.fromRight {
		letter.Direction, letter.Opposite = letter.Opposite, letter.Direction
	}
	letter.Lead, letter.Sections = t.articles(letter)
	if opts.page {
		letter.Canonical, letter.Image = browserLink(issue, pub), t.sharePicture(letter)
	}
	if letter.Lead == nil {
		letter.NothingNew = t.words.NothingNew
	}
	letter.NoteFirst = letter.Lead == nil || t.shortNote(letter.Note)
	if !opts.page {
		t.fillForReader(&letter)
	}
	t.contents(&letter)
	return letter
}

// fillForReader adds what differs per reader, and the link to the page that does not.
func (t typesetter) fillForReader(letter *Letter) {
	letter.Email = t.issue.Mark(digest.PlaceEmail)
	letter.Unsubscribe = t.issue.Mark(digest.PlaceUnsubscribe)
	letter.SentTo = t.words.Fill(t.words.SentTo, "email", letter.Email, "name", letter.Newsletter.Name)
	letter.Browser = browserLink(t.issue, t.pub)
	// Nobody is greeted in the middle of a mail.
	if letter.NoteFirst && letter.Note.Text != "" && !hasSalutation(letter.Note, t.texts) {
		letter.Greeting = t.issue.Mark(digest.PlaceGreeting)
	}
}

// shortNote reports whether a note, with the greeting above it, has at most two
// lines on a phone: a longer one would push the lead off the screen.
func (t typesetter) shortNote(note Note) bool {
	const line = 38
	room := 2 * line
	if !hasSalutation(note, t.texts) {
		room -= line
	}
	return !strings.Contains(note.Text, "\n\n") && utf8.RuneCountInString(note.Text) <= room
}

// sharePicture is the picture that stands for the page.
func (t typesetter) sharePicture(letter Letter) string {
	if letter.Lead != nil && letter.Lead.Picture != nil {
		return string(letter.Lead.Picture.URL)
	}
	return string(letter.Newsletter.Logo)
}

// browserLink is where an issue's page is served, the same for every reader; ""
// where no page is.
func browserLink(issue digest.Issue, pub digest.Publication) string {
	if pub.BaseURL == "" || pub.NoArchive || issue.Slug == "" {
		return ""
	}
	return digest.SafeLink(strings.TrimRight(pub.BaseURL, "/") + "/issues/" + issue.Slug)
}

// paragraph is what others wrote, as it stands alone in the mail.
func (t typesetter) paragraph(s string, limit int) string {
	return language.IsolateParagraph(t.texts.Tie(language.Cut(language.Plain(s), limit)), t.fromRight)
}

// breakable lets long words break, in the HTML.
func (t typesetter) breakable(s string) string {
	if t.opts.plain {
		return s
	}
	return t.texts.Breakable(s)
}

func (t typesetter) newsletter() Newsletter {
	n := Newsletter{
		Name:    t.paragraph(t.pub.Name, maxName),
		Tagline: t.paragraph(t.pub.Tagline, maxCaption),
		Site:    digest.SafeLink(t.pub.SiteURL),
		Logo:    t.logo(),
		Address: t.paragraph(t.pub.PostalAddress, maxAddress),
	}
	for _, link := range t.pub.Social {
		if target, text := digest.SafeLink(link.URL), language.Cut(language.Plain(link.Name), maxName); target != "" && text != "" {
			n.Social = append(n.Social, digest.SocialLink{Name: language.Isolate(text, t.fromRight), URL: target})
		}
	}
	return n
}

// articles are the lead and the sections after it, of which none is empty.
func (t typesetter) articles(letter Letter) (lead *Article, sections []Section) {
	count := 0
	typeset := func(article digest.Printed, section string, a Article) Article {
		a = t.article(article, section, a)
		count++
		a.Anchor = "a" + strconv.Itoa(count)
		a.Direction, a.Opposite, a.TextLang = letter.Direction, letter.Opposite, letter.TextLang
		if a.Arrow = "→"; a.Direction == "rtl" {
			a.Arrow = "←"
		}
		return a
	}
	for _, section := range t.issue.Sections {
		articles := section.Articles
		if lead == nil && len(articles) > 0 {
			first := typeset(articles[0], section.Title, Article{Lead: true})
			lead, articles = &first, articles[1:]
		}
		if len(articles) == 0 {
			continue
		}
		printed := Section{
			Title:    t.paragraph(section.Title, maxName),
			TextLang: letter.TextLang,
			Compact:  section.Compact || t.allBrief(articles),
		}
		if section.Title == t.words.InBrief { // which has no title of its own
			printed.TextLang = ""
		}
		for _, article := range articles {
			printed.Articles = append(printed.Articles,
				typeset(article, section.Title, Article{Compact: printed.Compact, Titled: printed.Title != ""}))
		}
		sections = append(sections, printed)
	}
	return lead, sections
}

// allBrief reports whether several articles have neither a picture nor more to say
// than a line: they look better small.
func (t typesetter) allBrief(articles []digest.Printed) bool {
	if len(articles) < fewBriefs {
		return false
	}
	for _, article := range articles {
		if t.opts.Images != NoImages && digest.SafeLink(article.Image.URL) != "" || utf8.RuneCountInString(language.Plain(article.Text)) > briefText {
			return false
		}
	}
	return true
}

// article fills in what is printed of an article. a says how: as the lead, small
// or below a title.
func (t typesetter) article(article digest.Printed, section string, a Article) Article {
	a.Headline = language.Cut(t.texts.Curl(headline(article, t.words)), digest.MaxHeadline)
	a.Link = withParams(digest.SafeLink(article.URL), t.opts.LinkParams)
	a.Republished = t.paragraph(article.Republished, maxRepublished)
	a.KeepReading = t.words.KeepReading
	a.Long = utf8.RuneCountInString(a.Headline) > longHeadline
	a.Distinct = t.distinct(a.Headline)
	if text := language.Cut(t.texts.Curl(language.Plain(article.Text)), t.maxText); t.maxText > 0 && text != a.Headline {
		a.Text = t.breakable(t.paragraph(text, t.maxText))
	}
	a.Headline = t.breakable(t.paragraph(a.Headline, digest.MaxHeadline))
	a.Labels = t.labels(article.Labels, section, a.Lead)
	if names := t.words.Names(authorNames(article.Authors), maxByline); names != "" {
		a.Byline = language.Fill(t.words.By, "names", names)
	}
	a.Date = t.articleDate(article.Published)
	a.Minutes = t.minutes(article.Words)
	if !a.Compact {
		a.Picture = t.picture(article.Image, a)
	}
	return a
}

// articleDate is an article's date where it is to be printed. When we first saw an
// article is not its date.
func (t typesetter) articleDate(published time.Time) string {
	date := localTime(published, t.pub)
	year, month, day := t.date.AddDate(0, 0, -freshFor).Date()
	fresh := !date.Before(time.Date(year, month, day, 0, 0, 0, 0, date.Location()))
	if published.IsZero() || fresh && !t.opts.AllDates {
		return ""
	}
	return strings.ReplaceAll(t.words.DateWithin(date, t.date), " ", language.NoBreak)
}

// readingSpeed is how many words of non-fiction are read in a minute, silently
// and in English (Brysbaert 2019); other languages are close enough for minutes.
const readingSpeed = 238

// leastWords is how long a body must be for its length to be printed. What is
// shorter is a teaser more often than the article.
const leastWords = 240

func (t typesetter) minutes(words int) string {
	if words < leastWords {
		return ""
	}
	return t.words.Count(t.words.Minutes, (words+readingSpeed/2)/readingSpeed)
}

// logo is the picture that stands for the newsletter's name.
func (t typesetter) logo() template.URL {
	address := digest.SafeLink(t.pub.Logo)
	if address == "" || t.opts.Images == NoImages {
		return ""
	}
	return t.opts.src(address)
}

// picture is the article's, with who made it. One that is embedded was measured.
func (t typesetter) picture(image digest.Image, article Article) *Picture {
	if t.opts.Images == NoImages {
		return nil
	}
	address := digest.SafeLink(image.URL)
	if e := t.opts.embeddedOf(address); e != nil {
		image.Width, image.Height = e.Width, e.Height
	}
	p := newPicture(image, article)
	if p == nil {
		return nil
	}
	p.URL, p.TextLang = t.opts.src(address), t.textLang()
	p.Caption = language.Isolate(t.texts.Tie(t.texts.Curl(p.Caption)), t.fromRight)
	p.Credit = t.words.CreditOf(p.Credit)
	return p
}

// distinct tells a headline from those before it. A list of a mail's links, as
// screen readers offer it, then makes sense even where two articles share one.
func (t typesetter) distinct(headline string) string {
	t.headlines[headline]++
	if n := t.headlines[headline]; n > 1 {
		return headline + " (" + strconv.Itoa(n) + ")"
	}
	return headline
}

func authorNames(authors []digest.Author) []string {
	var names []string
	for _, author := range authors {
		if name := language.Plain(author.Name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// labels are an article's, each in its own order of writing, without what the
// title of its section says already. The lead stands above that title: where it
// has no labels, the title is its one.
func (t typesetter) labels(labels []string, section string, lead bool) string {
	var kept []string
	runes := 0
	title := language.Fold(language.Plain(section))
	for _, label := range labels {
		label = language.Cut(language.Plain(label), maxLabels)
		if label == "" || !lead && language.Fold(label) == title {
			continue
		}
		if len(kept) == cmp.Or(t.opts.MaxLabels, DefaultLabels) {
			break
		}
		if length := utf8.RuneCountInString(" | " + label); runes+length <= maxLabels+3 {
			kept, runes = append(kept, label), runes+length
		}
	}
	if title := language.Plain(section); lead && len(kept) == 0 && title != "" {
		kept = append(kept, language.Cut(title, maxLabels))
	}
	for i, label := range kept {
		kept[i] = language.Isolate(label, t.fromRight)
	}
	return strings.Join(kept, " | ")
}
