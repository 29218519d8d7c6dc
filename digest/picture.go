package digest

import "html/template"

// Widths of pictures on a wide screen, in CSS pixels, and the height at which
// a tall one stops growing. A phone stretches both to its own width.
const (
	leadWidth   = 536
	sideWidth   = 176
	leadHeight  = 640
	sideHeight  = 264
	fullWidth   = 340 // a narrower picture is never stretched over a phone's width
	leastWidth  = 48  // what is smaller than this once fitted is an icon, a line or a tracking pixel
	leastHeight = 24
)

// Picture is an article's picture at the size it is printed.
type Picture struct {
	URL     template.URL // http, https or, of an embedded picture, cid
	Alt     string       // never empty
	Caption string
	Credit  string
	Width   int  // CSS pixels
	Height  int  // CSS pixels; 0 when the source does not say
	Grows   bool // may be stretched to a phone's width
}

// newPicture fits a picture to its place: the lead's across the mail, another's
// beside the text. It is nil where there is no safe address
// or next to nothing to see. What says the
// picture to those who can't see it is its alt text, else its caption, else
// the headline, since the picture is a link to the article.
func newPicture(image Image, article LetterArticle) *Picture {
	address := safeLink(image.URL)
	if address == "" {
		return nil
	}
	p := &Picture{
		URL:     template.URL(address), //nolint:gosec // checked by safeLink
		Caption: cut(plainLine(image.Caption), maxCaption),
		Credit:  cut(plainLine(image.Credit), maxCredit),
		Grows:   image.Width == 0 || image.Width >= fullWidth,
	}
	for _, alt := range []string{plainLine(image.Alt), p.Caption, article.Headline} {
		if alt != "" {
			p.Alt = cut(alt, maxCaption)
			break
		}
	}
	width, height := frame(article)
	p.Width, p.Height = fit(image, width, height)
	if p.Width < leastWidth || p.Height > 0 && p.Height < leastHeight {
		return nil
	}
	return p
}

// frame is the most room an article's picture has on a wide screen.
func frame(article LetterArticle) (width, height int) {
	if article.Lead {
		return leadWidth, leadHeight
	}
	return sideWidth, sideHeight
}

// fit scales a picture down into a frame, keeping its shape, and never up.
func fit(image Image, width, height int) (w, h int) {
	if image.Width <= 0 || image.Height <= 0 {
		if image.Width > 0 {
			return min(image.Width, width), 0
		}
		return width, 0
	}
	w = min(image.Width, width)
	h = image.Height * w / image.Width
	if h > height {
		w, h = image.Width*height/image.Height, height
	}
	return max(w, 1), max(h, 1)
}
