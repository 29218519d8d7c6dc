package digest_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"roundup/digest"
)

// sectionOf is a section with an article of this number.
func sectionOf(key string, id int64) digest.IssueSection {
	return digest.IssueSection{Title: key, Key: key, Articles: []digest.Printed{{Article: digest.Article{ID: id}}}}
}

// Whatever readers turn off, each gets exactly the sections of the issue that they have
// on, those who get the same share one variant, and every reader is counted once.
func TestVariants(t *testing.T) {
	t.Parallel()
	keys := []string{"a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		var sections []digest.IssueSection
		for i, key := range keys {
			if rapid.Bool().Draw(t, "has "+key) {
				sections = append(sections, sectionOf(key, int64(i)))
			}
		}
		var wishes []digest.Wish
		for range rapid.IntRange(0, 8).Draw(t, "wishes") {
			w := digest.Wish{Off: rapid.SliceOfDistinct(rapid.SampledFrom(keys), rapid.ID).Draw(t, "off"), Language: rapid.SampledFrom([]string{"", "de", "ar"}).Draw(t, "language"), Readers: rapid.IntRange(1, 5).Draw(t, "readers")}
			if rapid.Bool().Draw(t, "unsent") {
				w.Unsent = digest.NotMonthsFirst
			}
			wishes = append(wishes, w)
		}
		variants, of := digest.Variants(sections, wishes)

		readers, seen := 0, map[string]bool{}
		for i, v := range variants {
			if v.Number != i+1 {
				t.Fatalf("variant %d has number %d", i+1, v.Number)
			}
			name := v.Unsent + "/" + v.Language
			for _, key := range v.Sections {
				name += " " + key
			}
			if seen[name] {
				t.Fatalf("two variants are the same: %q", name)
			}
			seen[name] = true
			readers += v.Readers
		}
		if !slices.Equal(variants[0].Sections, digest.SectionKeys(sections)) || variants[0].Unsent != "" || variants[0].Language != "" {
			t.Fatalf("the first variant is %+v, not the whole issue", variants[0])
		}
		for i, w := range wishes {
			readers -= w.Readers
			v := variants[of[i]-1]
			var want []string
			for _, s := range sections {
				if w.Unsent == "" && !slices.Contains(w.Off, s.Key) {
					want = append(want, s.Key)
				}
			}
			wantUnsent, wantLanguage := w.Unsent, w.Language
			if w.Unsent == "" && len(want) == 0 {
				wantUnsent = digest.NothingChosen
			}
			if wantUnsent != "" { // there is nothing to be in a language
				wantLanguage = ""
			}
			if !slices.Equal(v.Sections, want) || v.Unsent != wantUnsent || v.Language != wantLanguage {
				t.Fatalf("a wish without %v in %q gets %+v", w.Off, w.Language, v)
			}
		}
		if readers != 0 {
			t.Fatalf("%d readers too many are counted", readers)
		}
	})
}

func TestUnwanted(t *testing.T) {
	t.Parallel()
	sections := []digest.Section{{Key: "a"}, {Key: "b"}, {Key: "c"}}
	for _, tt := range []struct {
		name   string
		wishes []digest.Wish
		want   []string
	}{
		{"no reader", nil, nil},
		{"all of it", []digest.Wish{{}}, nil},
		{"two between them", []digest.Wish{{Off: []string{"a", "c"}}, {Off: []string{"b", "c"}}}, []string{"c"}},
		{"nothing at all", []digest.Wish{{Off: []string{"a", "b", "c"}}}, nil},
		{"who gets no issue", []digest.Wish{{Off: []string{"a"}}, {Unsent: digest.NotMonthsFirst}}, []string{"a"}},
		{"nobody gets one", []digest.Wish{{Unsent: digest.NotMonthsFirst}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := digest.Unwanted(sections, tt.wishes); !slices.Equal(got, tt.want) {
				t.Errorf("unwanted are %v, want %v", got, tt.want)
			}
		})
	}
	if got := digest.Unwanted([]digest.Section{{}}, []digest.Wish{{Off: []string{""}}}); got != nil {
		t.Errorf("a section without a key is unwanted: %v", got)
	}
}

func TestVariantWithout(t *testing.T) {
	t.Parallel()
	frozen := []digest.Variant{
		{Number: 1, Sections: []string{"a", "b", "c"}}, {Number: 2, Sections: []string{"a", "c"}}, {Number: 3, Unsent: "why"},
		{Number: 4, Sections: []string{"a", "b", "c"}, Language: "de-AT"}, {Number: 5, Sections: []string{"a"}, Language: "ar"},
	}
	for _, tt := range []struct {
		off      []string
		language string
		want     int
	}{
		{nil, "", 1}, {[]string{"b"}, "", 2}, {[]string{"a"}, "", 1}, {[]string{"a", "b", "c"}, "", 1}, {[]string{"x"}, "", 1},
		{nil, "de-AT", 4}, {nil, "de", 4}, {[]string{"b"}, "de", 2}, {[]string{"a"}, "de", 4}, {[]string{"b", "c"}, "ar", 5},
		{[]string{"a"}, "ar", 1}, {nil, "fr", 1},
	} {
		if got := digest.VariantWithout(frozen, tt.off, tt.language); got.Number != tt.want {
			t.Errorf("without %v in %q it is variant %d, want %d", tt.off, tt.language, got.Number, tt.want)
		}
	}
}

// The articles of a section that nobody gets wait: they go to no other section, where
// readers would get them who turned theirs off, and take up no room.
func TestUnwantedSectionWaits(t *testing.T) {
	t.Parallel()
	rules := digest.Rules{
		Sections: []digest.Section{
			{Title: "Opinion", Key: "opinion", Labels: []string{"opinion"}, Max: 1},
			{Title: "Rest", Key: "rest", Rest: true},
		},
		Unwanted: []string{"opinion"}, MaxArticles: 2,
	}
	var candidates []digest.Candidate
	for id, label := range []string{"opinion", "opinion", "news", "news"} {
		candidates = append(candidates, digest.Candidate{
			Article: digest.Article{ID: int64(id + 1), Title: label, Labels: []string{label}, URL: "https://mag.example/" + label},
			State:   digest.Owed,
		})
	}
	s := digest.Choose(rules, digest.Edits{}, candidates, digest.Moment{})
	if s.Count() != 2 || len(s.Sections) != 1 || s.Sections[0].Key != "rest" {
		t.Fatalf("chosen: %+v, want the two of the rest", s.Sections)
	}
	for _, f := range s.Fates {
		if f.Candidate.ID <= 2 && f.Outcome != digest.Next {
			t.Errorf("article %d of the unwanted section is %s, want it to wait", f.Candidate.ID, f.Outcome)
		}
		if f.Candidate.ID == 1 && f.Reason != "no reader wants Opinion: waits" {
			t.Errorf("it waits because %q", f.Reason)
		}
	}
}

// BenchmarkVariants finds the variants of 5,000 choices of an issue of thirteen sections, of which
// each needs one of its own, and of one of four, which needs sixteen.
func BenchmarkVariants(b *testing.B) {
	var sections []digest.IssueSection
	for i := range 13 {
		sections = append(sections, sectionOf(fmt.Sprint("section-", i), int64(i)))
	}
	var wishes []digest.Wish
	for n := range 5000 {
		var w digest.Wish
		for i, s := range sections {
			if n>>i&1 == 1 {
				w.Off = append(w.Off, s.Key)
			}
		}
		wishes = append(wishes, w)
	}
	for _, bb := range []struct{ sections, want int }{{13, 5000}, {4, 16}} {
		b.Run(fmt.Sprint(bb.sections), func(b *testing.B) {
			for b.Loop() {
				if all, _ := digest.Variants(sections[:bb.sections], wishes); len(all) != bb.want {
					b.Fatalf("%d variants, want %d", len(all), bb.want)
				}
			}
		})
	}
}
