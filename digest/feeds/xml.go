package feeds

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"roundup/digest/feeds/plain"
	"roundup/digest/feeds/scrub"
	"roundup/internal/wording"
)

// document is an XML feed made fit for the parser, and where its articles are.
type document struct{ scrub.Document }

// xmlFeed is RSS and Atom.
type xmlFeed struct{}

func (xmlFeed) begins(_ []byte, root string) bool {
	return root == "rss" || root == "rdf" || root == "feed"
}

// read reads a feed in XML as a whole, and where that fails, or gives less
// articles than it begins, item by item, so that a fault costs the items it is
// in and no others.
func (xmlFeed) read(text []byte) (ch channel, loss []string, err error) {
	fit, err := scrub.Scrub(text)
	if err != nil {
		return channel{}, nil, err
	}
	doc := document{fit}
	ch, err = parseXML(doc.Root, doc.Text)
	switch {
	case err == nil && len(ch.entries) == len(doc.Items) && doc.fault() == "":
		doc.restore(ch.entries)
	case err == nil && len(ch.entries) == len(doc.Items) && len(doc.Items) > 0:
		doc.restore(ch.entries)
		loss = append(loss, damage(doc.fault(), len(ch.entries), 0))
	default:
		var harm string
		if ch, harm, err = salvage(doc, err); err != nil {
			return channel{}, nil, err
		}
		loss = append(loss, harm)
	}
	if doc.Nested > 0 {
		ch.notes = append(ch.notes, wording.Agree(doc.Nested, "item stands", "items stand")+" within another, and was not read as an article")
	}
	return ch, append(loss, doc.losses()...), nil
}

const cutOff = "it is cut off"

// fault says what was seen to be wrong with a document; "" for nothing.
func (d document) fault() string {
	switch {
	case d.Cut:
		return cutOff
	case len(d.Unclosed) > 0:
		return strings.Join(d.Unclosed, ", ") + " never closed"
	case d.Headless > 0:
		return wording.Agree(d.Headless, "article has", "articles have") + " an end and no beginning"
	}
	return ""
}

// losses says what was left out of a document that may be well-formed.
func (d document) losses() []string {
	var loss []string
	if d.Entities > 0 {
		loss = append(loss, "the feed declares entities of its own, and "+wording.Agree(d.Entities, "use of one was", "uses of them were")+" left out")
	}
	if d.Capped {
		loss = append(loss, fmt.Sprintf("only the first %d items were read", scrub.MaxItems))
	}
	return loss
}

// salvage reads the items that are whole, each within the elements that hold
// it, and the channel from what stands before the first. The cause is why the
// document could not be read at once; nil when articles were missing.
func salvage(doc document, cause error) (channel, string, error) {
	why := otherwise(doc.fault(), "its elements do not fit together")
	if cause != nil {
		why = plainXML(cause)
	}
	first := len(doc.Text)
	if len(doc.Items) > 0 {
		first = doc.Items[0].Start
	}
	var parents [][]byte
	if len(doc.Items) > 0 {
		parents = doc.Items[0].Parents
	}
	ch, err := parseXML(doc.Root, enclose(nil, doc.Text[:first], parents))
	if err != nil {
		ch = channel{}
	}
	lost, size := 0, 0
	for _, it := range doc.Items {
		if size += sizeOf(it.Parents); size > maxEnclosing {
			it.Parents = bareTags(it.Parents)
		}
		if e, ok := doc.entry(it); ok {
			ch.entries = append(ch.entries, e)
		} else {
			lost++
		}
	}
	if len(ch.entries) == 0 {
		return channel{}, "", fmt.Errorf("%w: no article of it is whole: %s", ErrBroken, why)
	}
	return ch, damage(why, len(ch.entries), lost), nil
}

// entry reads one item alone, within the elements that hold it, else within
// bare ones: a mistaken name space of theirs would make it an extension's.
func (d document) entry(it scrub.Item) (entry, bool) {
	if it.End <= it.Start {
		return entry{}, false // cut off
	}
	text := d.Text[it.Start:it.End]
	e, ok := d.alone(it.Parents, text)
	if !ok {
		own, _, _ := scrub.ReadTag(text)
		e, ok = d.alone(bareTags(it.Parents), slices.Concat(bareTag(own), text[len(own):]))
	}
	if ok {
		d.restoreOne(it, &e)
	}
	return e, ok
}

func (d document) alone(parents [][]byte, text []byte) (entry, bool) {
	one, err := parseXML(d.Root, enclose(parents, text, parents))
	if err != nil || len(one.entries) != 1 {
		return entry{}, false
	}
	return one.entries[0], true
}

// maxEnclosing is how many bytes of start tags are read again and again around
// the items of a damaged feed, before they are left bare.
const maxEnclosing = 8 << 20

func sizeOf(tags [][]byte) int {
	size := 0
	for _, t := range tags {
		size += len(t)
	}
	return size
}

// bareTags are start tags without their attributes.
func bareTags(tags [][]byte) [][]byte {
	bare := make([][]byte, len(tags))
	for i, t := range tags {
		bare[i] = bareTag(t)
	}
	return bare
}

func bareTag(raw []byte) []byte { return []byte("<" + string(scrub.TagName(raw[1:])) + ">") }

// damage says what became of the articles of a damaged feed.
func damage(cause string, read, lost int) string {
	warning := fmt.Sprintf("the feed is damaged (%s); %s could be read", cause, wording.Count(read, "article"))
	if lost > 0 {
		warning += ", " + wording.Agree(lost, "other is lost", "others are lost")
	}
	return warning
}

// enclose opens before, writes text, and closes after, the last first.
func enclose(before [][]byte, text []byte, after [][]byte) []byte {
	var b bytes.Buffer
	for _, t := range before {
		b.Write(t)
	}
	b.Write(text)
	for i := len(after) - 1; i >= 0; i-- {
		b.WriteString("</" + string(scrub.TagName(after[i][1:])) + ">")
	}
	return b.Bytes()
}

// parseXML runs the feed parser. A fault of it on hostile input must cost one
// source at most, so a panic becomes an error here and nowhere else.
func parseXML(root string, text []byte) (ch channel, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			ch, err = channel{}, fmt.Errorf("parser fault: %v", fault)
		}
	}()
	if root == "feed" {
		parsed, err := new(atom.Parser).Parse(bytes.NewReader(text))
		if err != nil {
			return channel{}, err
		}
		return fromAtom(parsed), nil
	}
	parsed, err := new(rss.Parser).Parse(bytes.NewReader(text))
	if err != nil {
		return channel{}, err
	}
	// The translator knows dates and fallbacks; what it flattens (several
	// authors, media) is read from the original beside it.
	flat, err := (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(anonymous(parsed))
	if err != nil {
		return channel{}, err
	}
	return fromRSS(parsed, flat), nil
}

// anonymous copies a feed without its bylines: the translator's patterns for
// them take their time over a hostile one, and nobody looks at the outcome.
func anonymous(f *rss.Feed) *rss.Feed {
	bare := *f
	bare.Items = make([]*rss.Item, len(f.Items))
	for i, it := range f.Items {
		c := *it
		c.Author = "-"
		bare.Items[i] = &c
	}
	return &bare
}

// restore gives the entries of an Atom feed what the parser does not.
func (d document) restore(entries []entry) {
	if len(entries) != len(d.Items) {
		return
	}
	for i := range entries {
		d.restoreOne(d.Items[i], &entries[i])
	}
}

// restoreOne undoes what the parser does to an Atom id that is no absolute
// address: it resolves it against xml:base, so that it would change with the
// base. An id is only ever compared as it stands (RFC 4287 section 4.2.6). And
// it reads when an entry of Atom 0.3 was created, where it says no more.
func (d document) restoreOne(it scrub.Item, e *entry) {
	if d.Root != "feed" {
		return
	}
	if id := d.content(it.ID); id != "" {
		e.guid = id
	}
	if e.published == nil {
		e.published = readDate(d.content(it.Created))
	}
}

// content returns the text of an element without children; "" for none.
func (d document) content(at scrub.Span) string {
	if at.End <= at.Start {
		return ""
	}
	return xmlText(d.Text[at.Start:at.End])
}

// xmlText returns the text of an element without children.
func xmlText(inner []byte) string {
	s := strings.TrimSpace(string(inner))
	if rest, ok := strings.CutPrefix(s, "<![CDATA["); ok {
		rest, _, _ = strings.Cut(rest, "]]>")
		return strings.TrimSpace(rest)
	}
	return plain.Tidy(html.UnescapeString(s))
}

// plainXML takes the parser's own prefixes off an error.
func plainXML(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, "XML syntax error"); i >= 0 {
		s = s[i:]
	}
	if strings.HasPrefix(s, "xpp:") {
		return "its elements do not fit together"
	}
	if strings.Contains(s, "unexpected EOF") {
		return cutOff
	}
	return s
}
