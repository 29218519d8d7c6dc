package letter

import (
	"html/template"

	"roundup/digest"
	"roundup/internal/language"
)

// Widths of pictures on a wide screen, in CSS pixels.
const (
	leadWidth   = 536
	sideWidth   = 176
	leastLead   = 400 // a narrower one is not stretched across the mail
	leastWidth  = 48  // what is smaller than this once fitted is an icon, a line or a tracking pixel
	leastHeight = 24
)

// Shapes of pictures, as width to height. Embedded ones are cropped to them;
// a lead's that is taller than tallLead would push its headline off a phone.
const (
	leadRatio = 16.0 / 9
	sideRatio = 3.0 / 2
	tallLead  = 5.0 / 4
)

// Picture is an article's picture at the size it is printed.
type Picture struct {
	URL      template.URL // http, https or, of an embedded picture, cid
	Alt      string       // what the feed says of it to those who can't see it; "" for nothing
	Caption  string
	Credit   string
	Width    int               // CSS pixels
	Height   int               // CSS pixels; 0 when the source does not say
	Beside   bool              // stands small beside the words instead of above them
	TextLang template.HTMLAttr // as Letter.TextLang
}

// newPicture fits a picture to its place: the lead's across the mail, another's
// beside the words, and there the lead's too where it is too narrow or too tall.
// It is nil where there is no safe address or next to nothing to see.
func newPicture(image digest.Image, article Article) *Picture {
	address := digest.SafeLink(image.URL)
	if address == "" {
		return nil
	}
	p := &Picture{
		URL:     template.URL(address), //nolint:gosec // checked by SafeLink
		Alt:     language.Cut(language.Plain(image.Alt), maxCaption),
		Caption: language.Cut(language.Plain(image.Caption), maxCaption),
		Credit:  language.Cut(language.Plain(image.Credit), maxCredit),
		Beside:  !article.Lead || !fillsWidth(image),
	}
	if language.Same(p.Alt, article.Headline) {
		p.Alt = ""
	}
	p.Width, p.Height = p.size(image)
	if p.Width < leastWidth || p.Height > 0 && p.Height < leastHeight {
		return nil
	}
	return p
}

// fillsWidth reports whether a picture is wide enough, in pixels and in its shape,
// to stand across the mail. One of which the source says nothing mostly is.
func fillsWidth(image digest.Image) bool {
	if image.Width > 0 && image.Width < leastLead {
		return false
	}
	return image.Width <= 0 || image.Height <= 0 || float64(image.Width)/float64(image.Height) >= tallLead
}

// frame is how wide a picture is printed on a wide screen, and the shape that an
// embedded one is cropped to.
func (p *Picture) frame() (width int, ratio float64) {
	if p.Beside {
		return sideWidth, sideRatio
	}
	return leadWidth, leadRatio
}

// size scales a picture to its frame's width, keeping its shape. Beside the
// words it is never scaled up.
func (p *Picture) size(image digest.Image) (w, h int) {
	w, _ = p.frame()
	if p.Beside && image.Width > 0 {
		w = min(w, image.Width)
	}
	if image.Width <= 0 || image.Height <= 0 {
		return w, 0
	}
	return w, max(image.Height*w/image.Width, 1)
}
