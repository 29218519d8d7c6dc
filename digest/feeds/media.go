package feeds

import (
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"roundup/digest"
	"roundup/digest/feeds/plain"
)

// mediaPictures reads Media RSS: media:content and media:thumbnail, on their own
// or in a media:group, described by what stands in them or beside them.
func mediaPictures(extensions ext.Extensions) []picture {
	media := extensions["media"]
	beside := describe(media)
	var found []picture
	for _, g := range media["group"] {
		found = append(found, contents(g.Children, complete(describe(g.Children), beside))...)
	}
	return append(found, contents(media, beside)...)
}

// contents lists the pictures among the elements of one level.
func contents(level map[string][]ext.Extension, beside digest.Image) []picture {
	var found []picture
	for _, c := range level["content"] {
		inside := complete(describe(c.Children), beside)
		if imageFile(c.Attrs["url"], c.Attrs["type"], c.Attrs["medium"]) {
			found = append(found, mediaPicture(c, named, inside))
		}
		for _, t := range c.Children["thumbnail"] {
			found = append(found, mediaPicture(t, thumb, inside))
		}
	}
	beside.Caption = "" // beside a thumbnail alone it tells of the video
	for _, t := range level["thumbnail"] {
		found = append(found, mediaPicture(t, thumb, beside))
	}
	return found
}

func mediaPicture(e ext.Extension, r rank, description digest.Image) picture {
	p := picture{rank: r, Image: description}
	p.URL = otherwise(e.Attrs["url"], e.Value)
	p.Width, p.Height = pixels(e.Attrs["width"]), pixels(e.Attrs["height"])
	return p
}

// describe reads what one level says of its pictures. A media:title of one word
// is a file's name or the author's, and describes nothing.
func describe(level map[string][]ext.Extension) digest.Image {
	var i digest.Image
	for _, c := range level["credit"] {
		if role := c.Attrs["role"]; role == "" || strings.Contains(role, "photo") || strings.Contains(role, "owner") || strings.Contains(role, "illustrat") {
			i.Credit = plain.Line(c.Value)
			break
		}
	}
	for _, name := range []string{"description", "text"} {
		if found := level[name]; len(found) > 0 && i.Caption == "" {
			i.Caption = plain.Line(found[0].Value)
		}
	}
	if found := level["title"]; len(found) > 0 {
		if alt := altText(found[0].Value); strings.Contains(alt, " ") {
			i.Alt = alt
		}
	}
	return i
}

// mediaText is the description of a video or an album, where the item has no
// other text. A description within media:content is a caption.
func mediaText(extensions ext.Extensions) string {
	media := extensions["media"]
	for _, g := range media["group"] {
		if text := child(g, "description"); text != "" {
			return text
		}
	}
	if len(media["content"]) == 0 && len(media["thumbnail"]) == 0 {
		return first(extensions, "media", "description").Value
	}
	return ""
}

func mediaKeywords(extensions ext.Extensions) []string {
	var labels []string
	for _, k := range extensions["media"]["keywords"] {
		labels = append(labels, strings.Split(k.Value, ",")...)
	}
	return labels
}

func enclosedPicture(address string) picture {
	return picture{rank: enclosed, Image: digest.Image{URL: address}}
}

func showPicture(address string) picture {
	return picture{rank: show, Image: digest.Image{URL: address}}
}
