package letter

import (
	"encoding/base64"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"

	"roundup/digest"
)

// Images says how pictures get into a mail.
type Images string

// The ways of pictures into a mail.
const (
	LinkImages  Images = "link"  // a reader's mail program loads them from where the articles have them; the default
	EmbedImages Images = "embed" // they travel within the mail, those of Options.Embedded
	NoImages    Images = "none"  // not at all
)

// Shown is a picture that a mail shows, and the most pixels of it that any
// screen has use for: two for each that it is printed on.
type Shown struct {
	URL           string
	Width, Height int
	Crop          bool // to the shape of width and height; else it fits between them
}

// logoWidth is how wide a mail prints the newsletter's logo, in CSS pixels.
const logoWidth = 200

// Pictures lists the pictures that the mail of an issue shows, in its order,
// each address once: those its templates print. There are none with NoImages.
func Pictures(issue digest.Issue, pub digest.Publication, opts Options) ([]Shown, error) {
	opts.Embedded = nil
	set, err := parseTemplates(opts.Theme, opts.Templates)
	if err != nil {
		return nil, err
	}
	letter := newLetter(issue, pub, opts, digest.MaxBlurb)
	markup, err := set.renderHTML(letter)
	if err != nil {
		return nil, err
	}
	var all []Shown
	index := map[string]int{}
	add := func(address template.URL, s Shown) {
		s.URL = string(address)
		if s.URL == "" || !strings.Contains(markup, `src="`+html.EscapeString(s.URL)+`"`) {
			return
		}
		if i, twice := index[s.URL]; twice {
			if s.Width > all[i].Width {
				all[i] = s
			}
			return
		}
		index[s.URL] = len(all)
		all = append(all, s)
	}
	add(letter.Newsletter.Logo, Shown{Width: 2 * logoWidth, Height: 2 * logoWidth})
	for _, a := range letter.articles() {
		if a.Picture != nil {
			width, ratio := a.Picture.frame()
			add(a.Picture.URL, Shown{Width: 2 * width, Height: int(math.Round(2 * float64(width) / ratio)), Crop: true})
		}
	}
	return all, nil
}

// embeddedOf is the picture that stands for an address; nil for none.
func (o Options) embeddedOf(address string) *digest.Embedded {
	if o.Images != EmbedImages {
		return nil
	}
	for i := range o.Embedded {
		if o.Embedded[i].Source == address {
			return &o.Embedded[i]
		}
	}
	return nil
}

// src is how an image element names the picture of an address. On a page of the
// web there is nothing to embed it in.
func (o Options) src(address string) template.URL {
	if e := o.embeddedOf(address); e != nil && !o.page {
		return template.URL("cid:" + e.ContentID) //nolint:gosec // made here, of hexadecimal digits
	}
	return template.URL(address) //nolint:gosec // checked by SafeLink
}

// Standalone is the HTML of a mail with its embedded pictures written into it
// (RFC 2397), for a browser, which knows no mail around it.
func Standalone(markup string, pictures []digest.Embedded) string {
	for _, p := range pictures {
		data := "data:" + p.Type + ";base64," + base64.StdEncoding.EncodeToString(p.Data)
		markup = strings.ReplaceAll(markup, `"cid:`+p.ContentID+`"`, `"`+data+`"`)
	}
	return markup
}

// embeddedIn are the pictures that a mail's HTML shows. One that several
// addresses have is there once.
func (o Options) embeddedIn(markup string) []digest.Embedded {
	shown := digest.Variant{HTML: markup}
	var used []digest.Embedded
	for _, e := range o.Embedded {
		again := slices.ContainsFunc(used, func(u digest.Embedded) bool { return u.ContentID == e.ContentID })
		if !again && shown.Shows(e) {
			used = append(used, e)
		}
	}
	return used
}
