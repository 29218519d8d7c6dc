package ledger

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPackedIDsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.Int64Range(1, 1<<62), 1, 300, rapid.ID[int64]).Draw(t, "ids")
		slices.Sort(ids)
		got, err := unpackIDs(packIDs(ids), len(ids))
		if err != nil || !slices.Equal(got, ids) {
			t.Fatalf("got %v, %v, want %v", got, err, ids)
		}
	})
}

func TestADamagedAudienceIsNoOther(t *testing.T) {
	t.Parallel()
	whole := packIDs([]int64{3, 700, 701, 90_000})
	for name, packed := range map[string][]byte{
		"shorter": whole[:len(whole)-3], "cut in the middle of a number": whole[:len(whole)-1], "longer": append(slices.Clone(whole), 1),
		"the same reader twice": append(slices.Clone(whole[:1]), append([]byte{0}, whole[3:]...)...), "nothing": nil,
	} {
		if got, err := unpackIDs(packed, 4); !errors.Is(err, errAudience) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []int64 {
			ids := rapid.SliceOfNDistinct(rapid.Int64Range(1, 40), 0, 30, rapid.ID[int64]).Draw(t, name)
			slices.Sort(ids)
			return ids
		}
		ids, others := draw("ids"), draw("others")
		want := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return slices.Contains(others, id) })
		var readers []member
		for _, id := range ids {
			readers = append(readers, member{id, 1})
		}
		var got []int64
		for _, m := range without(readers, others) {
			got = append(got, m.id)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestPackedVariantsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		variants := rapid.SliceOfN(rapid.IntRange(1, 300), 1, 300).Draw(t, "variants")
		packed := packVariants(variants)
		got, err := unpackVariants(packed, len(variants))
		if err != nil || !slices.Equal(got, variants) {
			t.Fatalf("got %v, %v, want %v", got, err, variants)
		}
		if got, err := unpackVariants(packed, len(variants)+1); !errors.Is(err, errAudience) {
			t.Fatalf("of one reader more: %v, %v", got, err)
		}
		if got, err := unpackVariants(packed[:len(packed)-1], len(variants)); !errors.Is(err, errAudience) {
			t.Fatalf("cut: %v, %v", got, err)
		}
	})
}

// Whoever gets the whole issue costs an audience next to nothing.
func TestOneVariantIsPackedSmall(t *testing.T) {
	t.Parallel()
	if packed := packVariants(slices.Repeat([]int{1}, rangeMost)); len(packed) > 4 {
		t.Errorf("%d octets", len(packed))
	}
	for name, packed := range map[string][]byte{"a run of none": {0, 1}, "no variant": {1, 0}, "too many": {200, 1, 1}} {
		if got, err := unpackVariants(packed, 1); !errors.Is(err, errAudience) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
