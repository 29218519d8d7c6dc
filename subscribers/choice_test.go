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
		before := subscribers.Choice{Off: subscribers.CleanKeys(keys.Draw(t, "off")), Monthly: rapid.Bool().Draw(t, "monthly")}
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
		if after.Monthly != before.Monthly || !after.Equal(after.Only(on, there)) {
			t.Fatalf("%+v became %+v", before, after)
		}
		if after.Equal(before) != (after.Text() == before.Text()) {
			t.Fatalf("texts %q and %q don't tell %+v and %+v apart", after.Text(), before.Text(), after, before)
		}
	})
}

func TestCleanKeys(t *testing.T) {
	t.Parallel()
	got := subscribers.CleanKeys([]string{"b", "", "a", "b", "a b", "x,y", "\x00", "رأي", "हिन्दी"})
	if want := []string{"a", "b", "رأي", "हिन्दी"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
