package letter

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/vanng822/go-premailer/premailer"

	"roundup/digest"
	"roundup/internal/language"
	"roundup/internal/templating"
)

// MaxHTML is how large the HTML part may be, in octets. Gmail cuts a mail off
// at about 102 kB, and with it the footer and its unsubscribe link.
const MaxHTML = 100_000

// Options is how an issue is rendered.
type Options struct {
	// Templates is a folder of templates; a file in it stands in for the
	// built-in one of the same name (article.html, footer.txt). nil for none.
	Templates fs.FS
	// Theme is the look of the mail, one of Themes; "" for the default.
	Theme string
	// LinkParams are added to the links to articles, in this order.
	LinkParams []LinkParam
	// Images is how pictures get into the mail; "" for LinkImages.
	Images Images
	// Embedded are the pictures for EmbedImages. One that is not here is linked.
	Embedded []digest.Embedded
	// Sent is how large HTML becomes when it is sent, in octets; nil for as it is.
	Sent func(html string) int

	// MaxLabels is how many labels of an article are printed: the first ones; 0
	// for DefaultLabels.
	MaxLabels int
	// NoPage renders the mail alone: a variant of readers' choice has no page.
	NoPage bool
	// AllDates prints when each article was published, and not only where that is
	// more than a week ago.
	AllDates bool

	page  bool // for the web, where there is no reader
	plain bool // for the text part, where no word is broken
}

// Render makes the mail of an issue, the same for every reader but for its
// placeholders, and its page on the web, which has none. It reads nothing but
// its arguments and the built-in templates, and gives the same for the same
// issue. Where the mail would grow too large for Gmail to show whole, blurbs are
// cut shorter; where that is not enough the error is a *TooLargeError. A mistake
// in a template is a *TemplateError.
func Render(issue digest.Issue, pub digest.Publication, opts Options) (digest.Variant, error) {
	render, err := Renderer(opts)
	if err != nil {
		return digest.Variant{}, err
	}
	return render(issue, pub, opts)
}

// Renderer returns what renders as Render does, with the templates of these options, which
// are read once for many variants.
func Renderer(templates Options) (func(digest.Issue, digest.Publication, Options) (digest.Variant, error), error) {
	set, err := parseTemplates(templates.Theme, templates.Templates)
	return set.render, err
}

func (t templateSet) render(issue digest.Issue, pub digest.Publication, opts Options) (digest.Variant, error) {
	if id, err := hex.DecodeString(issue.UID); err != nil || len(id) != 16 {
		return digest.Variant{}, fmt.Errorf("render issue %d: uid %q is not 32 hex digits", issue.Number, issue.UID)
	}
	size := 0
	for _, maxText := range []int{digest.MaxBlurb, 240, 0} {
		letter := newLetter(issue, pub, opts, maxText)
		markup, err := t.renderHTML(letter)
		if err != nil {
			return digest.Variant{}, err
		}
		if size = opts.size(markup); size > MaxHTML {
			continue
		}
		opts.plain = true
		text, err := t.renderText(newLetter(issue, pub, opts, digest.MaxBlurb))
		if err != nil {
			return digest.Variant{}, err
		}
		page := ""
		if opts.plain, opts.page = false, true; !opts.NoPage {
			page, err = t.renderHTML(newLetter(issue, pub, opts, digest.MaxBlurb))
			if err != nil {
				return digest.Variant{}, err
			}
		}
		return digest.Variant{
			Subject: letter.Subject, HTML: markup, Text: text, Page: page,
			Greeting: newGreeting(pub), Pictures: opts.embeddedIn(markup),
		}, nil
	}
	return digest.Variant{}, &TooLargeError{Number: issue.Number, Size: size, Hint: "lower digest.max_articles or shorten the note"}
}

// TooLargeError says that an issue's HTML is larger than mail clients show whole.
type TooLargeError struct {
	Number int
	Size   int    // in octets, without a single blurb
	What   string // what makes it so: "the editor's note is too long"; "" for the articles
	Hint   string // what to do
}

// Error says how large it is.
func (e *TooLargeError) Error() string {
	why := ""
	if e.What != "" {
		why = e.What + ": "
	}
	return fmt.Sprintf("issue %d: %sits HTML has %d octets without a single blurb, and mail programs cut it off at %d", e.Number, why, e.Size, MaxHTML)
}

// readersOwn is how much larger than its marks, in octets, a reader's name,
// address and way out may be.
const readersOwn = 1000

// size is how large HTML is for a reader, as it is shown or as it is sent.
func (o Options) size(markup string) int {
	size := len(markup)
	if o.Sent != nil {
		size = max(size, o.Sent(markup))
	}
	return size + readersOwn
}

// Shortest returns what measures the HTML of an issue without a single blurb, in
// octets: one with more than MaxHTML can't be rendered. One that is far too large
// is an error and has more than that; one of other errors has no size. Templates
// are read once.
func Shortest(opts Options) (func(digest.Issue, digest.Publication) (int, error), error) {
	set, err := parseTemplates(opts.Theme, opts.Templates)
	if err != nil {
		return nil, err
	}
	return func(issue digest.Issue, pub digest.Publication) (int, error) {
		o, margin := opts, 0
		if o.Images == EmbedImages && o.Embedded == nil {
			o.Embedded, margin = standIns(issue, pub), embeddedMargin
		}
		markup, err := set.renderHTML(newLetter(issue, pub, o, 0))
		switch {
		case errors.Is(err, templating.ErrTooLong):
			return templating.MaxOutput, err
		case err != nil:
			return 0, err
		}
		return o.size(markup) + margin, nil
	}, nil
}

// embeddedMargin is how far a mail's size may be off, in octets, while its
// pictures are not fetched: their measures decide where some of them stand.
const embeddedMargin = 1000

// standIns stand for the pictures of an issue that are still to be fetched, with
// names as long as any.
func standIns(issue digest.Issue, pub digest.Publication) []digest.Embedded {
	all := []digest.Embedded{{Source: digest.SafeLink(pub.Logo)}}
	for _, a := range issue.Articles() {
		all = append(all, digest.Embedded{Source: digest.SafeLink(a.Image.URL)})
	}
	for i := range all {
		all[i].ContentID, all[i].Width, all[i].Height = strings.Repeat("0", 48), 1600, 1067
	}
	return all
}

// renderHTML fills the layout and writes its style sheet into the elements.
func (t templateSet) renderHTML(letter Letter) (string, error) {
	markup, err := t.HTML("mail", letter)
	if err != nil {
		return "", err
	}
	return styled(markup)
}

// styled writes the style sheet of a mail into its elements.
func styled(markup string) (string, error) {
	if err := checkRules(markup); err != nil {
		return "", err
	}
	options := premailer.NewOptions(premailer.WithRemoveClasses(false), premailer.WithCssToAttributes(false))
	mailer, err := premailer.NewPremailerFromString(markup, options)
	if err != nil {
		return "", fmt.Errorf("inline the mail's styles: %w", err)
	}
	inlined, err := mailer.Transform()
	if err != nil {
		return "", fmt.Errorf("inline the mail's styles: %w", err)
	}
	inlined = strings.Replace(inlined, ` data-premailer="ignore"`, "", 1)
	return withoutIndents(inlined), nil
}

// withoutIndents is HTML without its indents and empty lines, which count for the
// size that mail programs show.
func withoutIndents(markup string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(markup, "\n") {
		if line = strings.TrimLeft(line, " \t"); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// maxMatches is how often a rule of a mail's style sheet may be tried on an
// element: some fifty times what a long mail of the built-in templates needs.
const maxMatches = 5_000_000

// checkRules fails for a style sheet so long, in a mail so large, that writing it
// into the elements would take minutes and gigabytes.
func checkRules(markup string) error {
	rules, rest := 0, markup
	for {
		_, after, found := strings.Cut(rest, "<style")
		if !found {
			break
		}
		var sheet string
		sheet, rest, _ = strings.Cut(after, "</style")
		rules += strings.Count(sheet, "{") + strings.Count(sheet, ",")
	}
	if elements := strings.Count(markup, "<"); rules*elements > maxMatches {
		return &TemplateError{
			Name: "style.html", Message: fmt.Sprintf("about %d rules are too many for a mail of %d tags", rules, elements),
			Hint: "keep the rules that the mail has use for", Err: templating.ErrTooLong,
		}
	}
	return nil
}

// renderText fills the layout of the text part.
func (t templateSet) renderText(letter Letter) (string, error) {
	filled, err := t.Text("mail", letter)
	if err != nil {
		return "", err
	}
	return tidied(filled, letter), nil
}

// tidied is a text part whose lines end without spaces, with never more than two
// empty ones.
func tidied(filled string, letter Letter) string {
	var out []string
	empty := 0
	for line := range strings.SplitSeq(filled, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" {
			if empty++; empty > 2 {
				continue
			}
		} else {
			empty = 0
		}
		out = append(out, line)
	}
	language.OrderLines(out, letter.Direction == "rtl", letter.Unsubscribe)
	return strings.Trim(strings.Join(out, "\n"), "\n") + "\n"
}
