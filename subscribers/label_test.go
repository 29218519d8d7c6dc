package subscribers_test

import (
	"slices"
	"testing"

	"roundup/subscribers"
)

func TestCleanLabels(t *testing.T) {
	t.Parallel()
	got := subscribers.CleanLabels([]string{" vip", "VIP", "", "a\nb", "\u202e"})
	if want := []string{"vip", "a b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
