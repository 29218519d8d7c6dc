package feeds

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	xhtml "golang.org/x/net/html"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// The sizes of pictures, in pixels.
const (
	tinyWidth  = 120 // narrower is an icon, an avatar or a tracking pixel
	tinyHeight = 60
	goodWidth  = 600 // a mail's column: wider is not better
)

// maxPictures is how many pictures of one body are looked at.
const maxPictures = 40

// picture is a picture as found, and where.
type picture struct {
	digest.Image
	rank rank
}

// rank says how likely a picture is the one the publication chose for the
// article: the lower the better.
type rank int

const (
	named    rank = iota // the feed says so: media:content, JSON Feed's image
	enclosed             // an enclosure
	within               // in the body
	thumb                // media:thumbnail: often small and cropped
	show                 // itunes:image: often the podcast's, not the episode's
)

var (
	// decoration is what pictures that belong to no article have in their address.
	decoration = lazy.Regexp(`(?i)(gravatar\.com/|/avatars?/|/emoji/|/smil(ey|ie)s?/|wp-includes/|feeds\.feedburner\.com/|feedads\.|feedsportal\.com|doubleclick\.net|stats\.wordpress\.com|pixel\.wp\.com|google-analytics\.com|addtoany|sharethis|flattr|/plugins/|[/_-]badge[._-]|buttons?\.(gif|png)|(^|[/_.-])(pixel|spacer|blank|transparent|clear|1x1|counter|count|tracking|beacon|favicon|placeholder)[^/]*\.(gif|png|jpe?g|php|aspx?)|//counter\.|/count\.gif|\.svg($|\?))`)
	// fileName is an alt text that is only the name of the file.
	fileName = lazy.Regexp(`(?i)^(\S+\.(jpe?g|png|gif|webp|avif|tiff?)|(img|dsc|dscn|screenshot|image|photo|picture|untitled|unnamed)[\s_-]*\d*)$`)
	// sizeSuffix is what WordPress adds to the names of smaller copies.
	sizeSuffix = lazy.Regexp(`-\d+x\d+(\.\w+)$`)
)

// picture reads an <img>, preferring the address a late-loading one hides in
// another attribute.
func (w *walker) picture(t xhtml.Token) {
	src := attr(t, "src")
	late := false
	for _, key := range []string{"data-src", "data-lazy-src", "data-original", "data-orig-file"} {
		if address := attr(t, key); address != "" && (src == "" || strings.HasPrefix(src, "data:") || decoration().MatchString(src)) {
			src, late = address, true
		}
	}
	if src == "" {
		src = widest(attr(t, "srcset"))
	}
	if w.unseen() || unseenPicture(t, late) || len(w.article.pictures) == maxPictures {
		return
	}
	if class := strings.ToLower(attr(t, "class")); strings.Contains(class, "emoji") || strings.Contains(class, "avatar") || strings.Contains(class, "smiley") {
		return
	}
	w.article.pictures = append(w.article.pictures, picture{rank: within, Image: digest.Image{
		URL:    src,
		Alt:    altText(attr(t, "alt")),
		Width:  pixels(attr(t, "width")),
		Height: pixels(attr(t, "height")),
	}})
}

// widest returns the last address of a srcset, which by habit is the largest.
func widest(srcset string) string {
	candidates := strings.Split(srcset, ", ")
	address, _, _ := strings.Cut(strings.TrimSpace(candidates[len(candidates)-1]), " ")
	return address
}

// altText cleans an alternative text; the name of a file describes nothing.
func altText(s string) string {
	s = plain.Line(s)
	if fileName().MatchString(s) || strings.Contains(s, "://") {
		return ""
	}
	return plain.Cut(s, altLimit)
}

// choosePicture picks the article's picture and completes it from its twin in
// the body: feeds name the file in one place and describe it in another.
func choosePicture(found []picture, base *url.URL) digest.Image {
	best := picture{}
	for _, p := range found {
		p.URL = digest.CleanURL(p.URL, base)
		if p.URL == "" || tiny(p.Image) || decoration().MatchString(p.URL) {
			continue
		}
		if best.URL == "" || better(p, best) {
			best = p
		}
	}
	if best.URL == "" {
		return digest.Image{}
	}
	for _, p := range found {
		if sameFile(digest.CleanURL(p.URL, base), best.URL) {
			best.Image = complete(best.Image, p.Image)
		}
	}
	best.Caption, best.Credit = splitCredit(best.Caption, best.Credit)
	best.Caption, best.Credit = plain.Cut(best.Caption, captionLimit), plain.Cut(best.Credit, creditLimit)
	if best.Alt == best.Credit {
		best.Alt = ""
	}
	return best.Image
}

// tiny reports icons and tracking pixels, where the size is known.
func tiny(i digest.Image) bool {
	return i.Width > 0 && i.Width < tinyWidth || i.Height > 0 && i.Height < tinyHeight
}

// better reports whether a is rather the article's picture than b. Among those
// of one rank the feed's order decides, but for one too narrow for a mail.
func better(a, b picture) bool {
	if small(a.Image) != small(b.Image) {
		return small(b.Image)
	}
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	if a.rank == within || a.Width == 0 || b.Width == 0 {
		return false
	}
	if b.Width < goodWidth {
		return a.Width > b.Width
	}
	return false
}

func small(i digest.Image) bool { return i.Width > 0 && i.Width < goodWidth/2 }

// sameFile reports whether two addresses are copies of one file in other sizes.
func sameFile(a, b string) bool {
	name := func(s string) string {
		u, err := url.Parse(s)
		if err != nil {
			return s
		}
		return sizeSuffix().ReplaceAllString(path.Base(u.Path), "$1")
	}
	return a != "" && (a == b || name(a) == name(b) && strings.Contains(name(a), "."))
}

// complete fills what a does not say from b.
func complete(a, b digest.Image) digest.Image {
	if a.Alt == "" {
		a.Alt = b.Alt
	}
	if a.Caption == "" {
		a.Caption = b.Caption
	}
	if a.Credit == "" {
		a.Credit = b.Credit
	}
	if a.URL == b.URL && a.Width == 0 {
		a.Width, a.Height = b.Width, b.Height
	}
	return a
}

// imageFile reports whether an address or its media type is a picture's.
func imageFile(address, mediaType, medium string) bool {
	if mediaType != "" || medium != "" {
		return strings.HasPrefix(mediaType, "image") || medium == "image"
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp":
		return true
	}
	return false
}

// attr returns an attribute of a tag; "" when it has none.
func attr(t xhtml.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// pixels reads a width or height; 0 for none, percentages and nonsense.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 100_000 {
		return 0
	}
	return n
}
