package editor

import (
	"net/url"
	"slices"
)

// The ways the page shows the mail.
const (
	viewPhone   = "phone"   // 375 pixels wide
	viewDesktop = "desktop" // 700 pixels wide
	viewText    = "text"    // the plain text part
	viewSource  = "source"  // the whole message
)

const (
	schemeLight = "light"
	schemeDark  = "dark"
	imagesOff   = "off"
)

// look is how the editor looks at the mail. It stands in the page's address, so
// that a reload, the back button and a bookmark keep it.
type look struct {
	View   string // one of the four views
	Scheme string // the reader's colours: light or dark
	Images string // "" for on, or off
	As     string // the subscriber who reads; "" for a stand-in
}

// lookOf reads a look from an address; what it does not know becomes the default.
func lookOf(q url.Values) look {
	l := look{View: viewDesktop, Scheme: schemeLight, As: q.Get("as")}
	if v := q.Get("view"); slices.Contains([]string{viewPhone, viewDesktop, viewText, viewSource}, v) {
		l.View = v
	}
	if q.Get("scheme") == schemeDark {
		l.Scheme = schemeDark
	}
	if q.Get("images") == imagesOff {
		l.Images = imagesOff
	}
	return l
}

// values are the look's part of an address, without what is the default.
func (l look) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"view": l.View, "scheme": l.Scheme, "images": l.Images, "as": l.As} {
		if value != "" && (name != "view" || value != viewDesktop) && (name != "scheme" || value != schemeLight) {
			q.Set(name, value)
		}
	}
	return q
}

// With is the relative address of the page with one thing looked at another way.
func (l look) With(name, value string) string {
	switch name {
	case "view":
		l.View = value
	case "scheme":
		l.Scheme = value
	case "images":
		l.Images = value
	}
	return l.address(nil)
}

// address is the relative address of the page, with more in its query.
func (l look) address(more url.Values) string {
	q := l.values()
	for name, value := range more {
		q[name] = value
	}
	if len(q) == 0 {
		return "./"
	}
	return "./?" + q.Encode()
}

// Frame is the relative address of the mail for a frame; version makes it
// another one when the mail is.
func (l look) Frame(version string) string {
	q := url.Values{"scheme": {l.Scheme}, "version": {version}}
	if l.Images != "" {
		q.Set("images", l.Images)
	}
	if l.As != "" {
		q.Set("as", l.As)
	}
	return "issue.html?" + q.Encode()
}

// Framed reports whether the view is a frame with the mail's HTML.
func (l look) Framed() bool { return l.View == viewPhone || l.View == viewDesktop }

// Width is the frame's width in pixels.
func (l look) Width() int {
	if l.View == viewPhone {
		return 375
	}
	return 700
}

// view is one of the ways the page shows the mail.
type view struct {
	Name string
	Word string // on the page
	Key  string // on the keyboard
}

// Views are all of them, in the page's order.
func (look) Views() []view {
	return []view{
		{viewPhone, "Phone", "1"},
		{viewDesktop, "Desktop", "2"},
		{viewText, "Text", "3"},
		{viewSource, "Source", "4"},
	}
}
