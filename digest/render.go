package digest

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"github.com/vanng822/go-premailer/premailer"
)

// maxHTML is how large the HTML part may be, in octets. Gmail cuts a mail off
// at about 102 kB, and with it the footer and its unsubscribe link.
const maxHTML = 100_000

// RenderOptions is how an issue is rendered.
type RenderOptions struct {
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
	Embedded []Embedded

	// MaxLabels is how many labels of an article are printed: the first ones; 0
	// for DefaultLabels.
	MaxLabels int
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
// cut shorter. A mistake in a template is a *TemplateError.
func Render(issue Issue, pub Publication, opts RenderOptions) (Variant, error) {
	if id, err := hex.DecodeString(issue.UID); err != nil || len(id) != 16 {
		return Variant{}, fmt.Errorf("render issue %d: uid %q is not 32 hex digits", issue.Number, issue.UID)
	}
	set, err := parseTemplates(opts.Theme, opts.Templates)
	if err != nil {
		return Variant{}, err
	}
	size := 0
	for _, maxText := range []int{maxBlurb, 240, 0} {
		letter := newLetter(issue, pub, opts, maxText)
		markup, err := set.renderHTML(letter)
		if err != nil {
			return Variant{}, err
		}
		if size = len(markup); size > maxHTML {
			continue
		}
		opts.plain = true
		text, err := set.renderText(newLetter(issue, pub, opts, maxBlurb))
		if err != nil {
			return Variant{}, err
		}
		opts.plain, opts.page = false, true
		page, err := set.renderHTML(newLetter(issue, pub, opts, maxBlurb))
		if err != nil {
			return Variant{}, err
		}
		return Variant{
			Subject: letter.Subject, HTML: markup, Text: text, Page: page,
			Greeting: newGreeting(pub), Pictures: opts.embeddedIn(markup),
		}, nil
	}
	return Variant{}, fmt.Errorf("render issue %d: its HTML is %d bytes without a single blurb and mail clients cut it off "+
		"at %d: lower digest.max_articles or shorten the note", issue.Number, size, maxHTML)
}

// renderHTML fills the layout, writes its style sheet into the elements and
// folds its lines.
func (t templateSet) renderHTML(letter Letter) (string, error) {
	markup, err := t.htmlOf(letter)
	if err != nil {
		return "", err
	}
	if err := styleable(markup); err != nil {
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
	return foldHTML(inlined), nil
}

// maxMatches is how often a rule of a mail's style sheet may be tried on an
// element: some fifty times what a long mail of the built-in templates needs.
const maxMatches = 5_000_000

// styleable fails for a style sheet so long, in a mail so large, that writing it
// into the elements would take minutes and gigabytes.
func styleable(markup string) error {
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
			Hint: "keep the rules that the mail has use for",
		}
	}
	return nil
}

// renderText fills the layout of the text part. Lines end without spaces, and
// there are never more than two empty ones.
func (t templateSet) renderText(letter Letter) (string, error) {
	filled, err := t.textOf(letter)
	if err != nil {
		return "", err
	}
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
	orderLines(out, letter.Direction == "rtl", letter.Unsubscribe)
	return strings.Trim(strings.Join(out, "\n"), "\n") + "\n", nil
}
