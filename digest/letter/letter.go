package letter

import (
	"html/template"

	"roundup/digest"
)

// Letter is the data model of the mail's templates, HTML and text alike. It is
// an issue with every decision made: texts cleaned and cut to length, links
// checked, dates written out, colours worked out. All of it is plain text for
// the template to escape, but for Note.HTML.
//
// Placeholders stand in Email, Unsubscribe and Greeting as Issue.Mark writes
// them. They may be printed or linked, in HTML and text, as often as a template
// likes. On a page of the web, which is nobody's own, they are empty.
//
// The model is documented in docs/templates.md: fields are added to it, never
// taken away.
type Letter struct {
	Language    string            // of html lang: en-US
	Direction   string            // of html dir: ltr or rtl
	Opposite    string            // the other one, to turn a row's order around
	TextLang    template.HTMLAttr // lang="en" dir="ltr": attributes of an element with words that the newsletter's people wrote; "" where they are in Language
	Newsletter  Newsletter
	Number      string // No. 12
	Date        string // Friday, November 21, 2025
	Subject     string
	Preheader   string
	Page        bool      // printed for the web and not for a reader's mail
	Canonical   string    // the page's own address; "" in a mail
	Image       string    // a picture that stands for the page where it is shared: the lead's, else the logo; "" in a mail
	Greeting    string    // Dear Ada, above a note that stands first; "" where it stands lower, or greets by itself
	Note        Note      // the editor's words
	NoteFirst   bool      // the note is so short that it stands above the lead
	Lead        *Article  // the first article, printed large before all others; nil in an issue without articles
	Contents    string    // Also in this issue: the heading of Listed; "" where so few need none
	Listed      []Article // the articles whose headlines are listed below the lead
	More        string    // and 4 more: those farther down that the list has no room for; "" where it has all
	Sections    []Section // of the articles after the lead
	NothingNew  string    // There are no new articles this time; "" when there are some
	Browser     string    // the page on the web; "" where there is none, and on the page itself
	View        string    // the words of the link to it: View in browser
	SentTo      string    // This mail was sent to … because you subscribed to The Weekly Round-up; "" on a page
	Unsubscribe string    // the reader's way out, a link's address; "" on a page
	Leave       string    // the words of that link: Unsubscribe
	Colon       string    // before a link on a line of its own; in French with a space before it
	Email       string    // the address this mail goes to; "" on a page
	Colours     Palette
}

// articles are all of them, in the order of the mail.
func (l Letter) articles() []Article {
	var all []Article
	if l.Lead != nil {
		all = append(all, *l.Lead)
	}
	for _, section := range l.Sections {
		all = append(all, section.Articles...)
	}
	return all
}

// Newsletter is the newsletter in the masthead and the footer.
type Newsletter struct {
	Name    string
	Tagline string
	Site    string       // link to its site; "" for none
	Logo    template.URL // picture that stands for the name; "" for none
	Address string       // postal
	Social  []digest.SocialLink
}

// Section is a titled run of articles.
type Section struct {
	Title    string            // "" where the publication has no sections
	Compact  bool              // its articles are printed small, one below the other
	TextLang template.HTMLAttr // as Letter.TextLang, of the title
	Articles []Article
}

// Article is one article as the mail prints it. Every text may be empty
// but the headline's.
type Article struct {
	Headline    string
	Link        string            // to the article; "" where there is no safe one
	Anchor      string            // its name within the mail, which the contents link to: a3
	Labels      string            // Analysis | Reporting | Europe; without the title of its section
	Text        string            // the blurb
	Byline      string            // By Ngozi Achebe and Tom Lee
	Date        string            // November 18; "" where it says nothing (Options.AllDates)
	Minutes     string            // 7 min read; "" where the length is not known
	Picture     *Picture          // nil for none
	Republished string            // This article first appeared in …
	KeepReading string            // Keep reading: the words of the link to the article
	Distinct    string            // the headline, told from every other's, which belongs to those words
	Arrow       string            // → or, where one reads from the right, ←
	Lead        bool              // the first of the issue, printed large
	Long        bool              // its headline is long and wants a smaller type
	Compact     bool              // as its section: printed small
	Titled      bool              // its section has a title, which ranks above its headline
	Direction   string            // as Letter.Direction
	Opposite    string            // as Letter.Opposite
	TextLang    template.HTMLAttr // as Letter.TextLang
}
