package store_test

import "testing"

func TestCreateMakesAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	st, _ := open(t)
	if err := st.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if got := one[int](t, st, `SELECT count(*) FROM newsletters`); got != 1 {
		t.Errorf("newsletters = %d, want 1", got)
	}
}
