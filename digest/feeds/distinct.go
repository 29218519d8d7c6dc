package feeds

import (
	"fmt"
	"time"

	"roundup/digest"
	"roundup/internal/language"
	"roundup/internal/wording"
)

// distinct drops items that are the same article again, the older of two, and
// takes away identifiers that different articles share. Items of one link are one
// article, unless the link names none (see digest.Reading.Identified): then those
// of one identifier and title are.
func distinct(all []digest.Article, warnings []string) ([]digest.Article, []string) {
	named := digest.Reading{Articles: all}.Identified().Articles
	at := map[string]int{}
	kept := all[:0]
	for i, a := range all {
		key := named[i].Canonical
		if key == "" {
			key = "\x00" + named[i].GUID + "\x00" + language.Fold(a.Title)
		}
		first, known := at[key]
		if !known {
			at[key] = len(kept)
			kept = append(kept, a)
			continue
		}
		if last(a).After(last(kept[first])) {
			kept[first] = a
		}
	}
	if n := len(all) - len(kept); n > 0 {
		warnings = append(warnings, wording.Agree(n, "item is", "items are")+" a second copy of another: left out")
	}
	shared := map[string]int{}
	for _, a := range kept {
		shared[a.GUID]++
	}
	reused := 0
	for i, a := range kept {
		if a.GUID != "" && shared[a.GUID] > 1 && a.Canonical != "" {
			kept[i].GUID = ""
			reused++
		}
	}
	if reused > 0 {
		warnings = append(warnings, wording.Agree(reused, "item shares its", "items share their")+" identifier with another: told apart by link or title")
	}
	return kept, warnings
}

func last(a digest.Article) time.Time {
	if a.Updated.After(a.Published) {
		return a.Updated
	}
	return a.Published
}

// dropShared takes away the picture that most articles share, and says so: it is
// the publication's, not theirs.
func dropShared(all []digest.Article, warnings []string) []string {
	uses := map[string]int{}
	for _, a := range all {
		if a.Image.URL != "" {
			uses[a.Image.URL]++
		}
	}
	for address, n := range uses {
		if n < 3 || 2*n <= len(all) {
			continue
		}
		for i := range all {
			if all[i].Image.URL == address {
				all[i].Image = digest.Image{Shared: address}
			}
		}
		warnings = append(warnings, fmt.Sprintf("%d of %d items have the same picture, which is taken for the publication's and not printed with them: %s", n, len(all), address))
	}
	return warnings
}
