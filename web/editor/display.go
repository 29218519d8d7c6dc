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

// display is how the page shows the mail. It stands in the page's address, so
// that a reload, the back button and a bookmark keep it.
type display struct {
	View   string // one of the four views
	Scheme string // the reader's colours: light or dark
	Images string // "" for on, or off
	As     string // the subscriber who reads; "" for a stand-in
}

// displayOf reads a display from an address; what it does not know becomes the default.
func displayOf(q url.Values) display {
	d := display{View: viewDesktop, Scheme: schemeLight, As: q.Get("as")}
	if v := q.Get("view"); slices.Contains([]string{viewPhone, viewDesktop, viewText, viewSource}, v) {
		d.View = v
	}
	if q.Get("scheme") == schemeDark {
		d.Scheme = schemeDark
	}
	if q.Get("images") == imagesOff {
		d.Images = imagesOff
	}
	return d
}

// values are the display's part of an address, without what is the default.
func (d display) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"view": d.View, "scheme": d.Scheme, "images": d.Images, "as": d.As} {
		if value != "" && (name != "view" || value != viewDesktop) && (name != "scheme" || value != schemeLight) {
			q.Set(name, value)
		}
	}
	return q
}

// With is the relative address of the page with one thing shown another way.
func (d display) With(name, value string) string {
	switch name {
	case "view":
		d.View = value
	case "scheme":
		d.Scheme = value
	case "images":
		d.Images = value
	}
	return d.address(nil)
}

// address is the relative address of the page, with more in its query.
func (d display) address(more url.Values) string {
	q := d.values()
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
func (d display) Frame(version string) string {
	q := url.Values{"scheme": {d.Scheme}, "version": {version}}
	if d.Images != "" {
		q.Set("images", d.Images)
	}
	if d.As != "" {
		q.Set("as", d.As)
	}
	return "issue.html?" + q.Encode()
}

// Framed reports whether the view is a frame with the mail's HTML.
func (d display) Framed() bool { return d.View == viewPhone || d.View == viewDesktop }

// Width is the frame's width in pixels.
func (d display) Width() int {
	if d.View == viewPhone {
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
func (display) Views() []view {
	return []view{
		{viewPhone, "Phone", "1"},
		{viewDesktop, "Desktop", "2"},
		{viewText, "Text", "3"},
		{viewSource, "Source", "4"},
	}
}
