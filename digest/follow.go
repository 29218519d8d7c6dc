package digest

import "slices"

// follow returns a known article as it is after its source, or another one,
// gave it again in a reading.
//
// Its own source is followed: texts, names, picture, link, dates and labels are
// replaced. What the source now leaves empty stays, since it may have come from
// the article's page or from another source. Another source that carries the
// article only fills what is empty, so that two feeds can't undo each other's
// words at every fetch, and adds its labels; for the same reason labels of an
// article that several sources share are only ever added.
func follow(old, item Article, r Reading, shared bool) Article {
	if old.Source != r.Source {
		now := old
		FillBlanks(&now, item)
		now.GUID = old.GUID // another source's would name nothing here
		now.Labels = joinLabels(old.Labels, item.Labels)
		return now
	}
	now := item
	FillBlanks(&now, old)
	now.ID, now.Source, now.FirstSeen = old.ID, old.Source, old.FirstSeen
	if old.GUID != "" {
		now.GUID = old.GUID
	}
	switch {
	case shared:
		now.Labels = joinLabels(old.Labels, item.Labels)
	case len(item.Labels) == 0:
		now.Labels = old.Labels
	}
	rewritten := now.Title != old.Title || now.Dek != old.Dek && old.Dek != ""
	if rewritten && !now.Updated.After(old.Updated) {
		now.Updated = r.At
	}
	return now
}

// FillBlanks copies to an article what it lacks and another one has: everything
// but its number, source, labels and when it was first seen. It never puts one
// picture's words under another.
func FillBlanks(to *Article, from Article) {
	fillText := func(to *string, from string) {
		if *to == "" {
			*to = from
		}
	}
	fillText(&to.GUID, from.GUID)
	fillText(&to.Title, from.Title)
	fillText(&to.Dek, from.Dek)
	fillText(&to.Summary, from.Summary)
	fillText(&to.Republished, from.Republished)
	if to.URL == "" {
		to.URL, to.Canonical = from.URL, from.Canonical
	}
	if len(to.Authors) == 0 {
		to.Authors = from.Authors
	}
	if to.Words == 0 {
		to.Words = from.Words
	}
	if to.Published.IsZero() {
		to.Published = from.Published
	}
	if to.Updated.IsZero() {
		to.Updated = from.Updated
	}
	if to.Image.URL == "" && from.Image.URL != "" && from.Image.URL != to.Image.Shared {
		to.Image = from.Image
	}
	if to.Image.URL != from.Image.URL {
		return // another picture: its words and size are not this one's
	}
	fillText(&to.Image.Alt, from.Image.Alt)
	fillText(&to.Image.Caption, from.Image.Caption)
	fillText(&to.Image.Credit, from.Image.Credit)
	if to.Image.Width == 0 || to.Image.Height == 0 {
		to.Image.Width, to.Image.Height = from.Image.Width, from.Image.Height
	}
}

// joinLabels returns labels and, after them, those of more that are not among them.
func joinLabels(labels, more []string) []string {
	joined := slices.Clone(labels)
	for _, label := range more {
		if !holdsLabel(joined, label) {
			joined = append(joined, label)
		}
	}
	return joined
}

// printedDiffers reports whether a mail would print two versions of an article
// differently.
func printedDiffers(a, b Article) bool {
	return a.URL != b.URL ||
		a.Title != b.Title ||
		a.Dek != b.Dek ||
		a.Summary != b.Summary ||
		a.Republished != b.Republished ||
		a.Image != b.Image ||
		!sameMoment(a.Published, b.Published) ||
		!slices.Equal(a.Authors, b.Authors) ||
		!slices.Equal(a.Labels, b.Labels)
}
