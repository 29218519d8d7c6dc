package subscribers_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"roundup/subscribers"
)

// Only turns off what is there and not wanted, and leaves alone what is not there.
func TestChoiceOnly(t *testing.T) {
	t.Parallel()
	keys := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e-f"}), rapid.ID)
	rapid.Check(t, func(t *rapid.T) {
		before := subscribers.Choice{Off: subscribers.CleanKeys(keys.Draw(t, "off")), Monthly: rapid.Bool().Draw(t, "monthly"), Language: rapid.SampledFrom([]string{"", "de", "ar-EG"}).Draw(t, "language")}
		on, there := keys.Draw(t, "on"), keys.Draw(t, "there")
		after := before.Only(on, there)
		for _, key := range []string{"a", "b", "c", "d", "e-f", "new"} {
			want := before.Wants(key)
			if slices.Contains(there, key) {
				want = slices.Contains(on, key)
			}
			if after.Wants(key) != want {
				t.Fatalf("%q: wanted %v, want %v: %+v", key, after.Wants(key), want, after)
			}
		}
		if after.Monthly != before.Monthly || after.Language != before.Language || !after.Equal(after.Only(on, there)) {
			t.Fatalf("%+v became %+v", before, after)
		}
		if after.Equal(before) != (after.Text() == before.Text()) {
			t.Fatalf("texts %q and %q don't tell %+v and %+v apart", after.Text(), before.Text(), after, before)
		}
	})
}

// Choices that differ in anything have another text: an issue has its variants by it.
// What a choice changed is told, and never what somebody reads: it is kept for good.
func TestChoiceChanged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		before, after subscribers.Choice
		want          string
	}{
		{subscribers.Choice{}, subscribers.Choice{}, ""},
		{subscribers.Choice{}, subscribers.Choice{Off: []string{"religion"}}, "sections"},
		{subscribers.Choice{Off: []string{"religion"}}, subscribers.Choice{}, "sections"},
		{subscribers.Choice{}, subscribers.Choice{Monthly: true, Language: "ar"}, "frequency: monthly, language"},
		{subscribers.Choice{Monthly: true}, subscribers.Choice{Off: []string{"religion"}}, "sections, frequency: every"},
	} {
		if got := tt.before.Changed(tt.after); got != tt.want {
			t.Errorf("from %+v to %+v: %q, want %q", tt.before, tt.after, got, tt.want)
		}
	}
}

func TestChoiceText(t *testing.T) {
	t.Parallel()
	seen := map[string]subscribers.Choice{}
	for _, off := range [][]string{nil, {"de"}, {"a", "de"}} {
		for _, language := range []string{"", "de", "a"} {
			for _, monthly := range []bool{false, true} {
				c := subscribers.Choice{Off: off, Language: language, Monthly: monthly}
				if other, twice := seen[c.Text()]; twice {
					t.Errorf("%+v and %+v are both %q", c, other, c.Text())
				}
				seen[c.Text()] = c
				if c.IsAll() != (c.Text() == "") || !c.Equal(c) || c.Equal(subscribers.Choice{Off: off, Language: language + "x", Monthly: monthly}) {
					t.Errorf("%+v is taken for another", c)
				}
			}
		}
	}
}

func TestCleanLanguage(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"": "", "de": "de", "zh-Hant-TW": "zh-Hant-TW", "de de": "", "de\n": "", "ä": "", "a-very-long-tag-that-is-none-of-anything": "",
	} {
		if got := subscribers.CleanLanguage(give); got != want {
			t.Errorf("%q is taken for %q, want %q", give, got, want)
		}
	}
}

func TestCleanKeys(t *testing.T) {
	t.Parallel()
	got := subscribers.CleanKeys([]string{"b", "", "a", "b", "a b", "x,y", "\x00", "رأي", "हिन्दी"})
	if want := []string{"a", "b", "رأي", "हिन्दी"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
