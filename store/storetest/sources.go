package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
)

func (e suite) TestEnsureSources(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	analysis := digest.SourceRule{Include: digest.Match{Labels: []string{"analysis"}}}
	s.must(s.EnsureSources(t.Context(), []content.Configured{{Name: feed}, {Name: "/var/feeds/*.xml", Rule: analysis}}))
	s.save(s.reading(item("ports", day)))
	s.must(s.EnsureSources(t.Context(), []content.Configured{{Name: "https://third.example"}, {Name: feed}}))
	all, err := s.Sources(t.Context())
	s.must(err)
	var names []string
	for _, r := range all {
		names = append(names, r.URL)
	}
	Equal(t, "sources", names, []string{feed, "/var/feeds/*.xml", "https://third.example"})
	if all[0].Readings != 1 {
		t.Errorf("readings = %d, want the record kept", all[0].Readings)
	}
	if diff := cmp.Diff(analysis, all[1].Rule, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the rule of one not configured any more (-want +got):\n%s", diff)
	}
	s.must(s.EnsureSources(t.Context(), []content.Configured{{Name: feed, Rule: analysis}}))
	all, err = s.Sources(t.Context())
	s.must(err)
	if diff := cmp.Diff(analysis, all[0].Rule, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("another rule of one that is known (-want +got):\n%s", diff)
	}
}

func (e suite) TestEndQuarantine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		end   func(*shelf) (int, error)
		state digest.State
	}{
		{"accept", func(s *shelf) (int, error) { return s.AcceptQuarantine(s.t.Context(), feed, Anna()) }, digest.Owed},
		{"ignore", func(s *shelf) (int, error) { return s.IgnoreQuarantine(s.t.Context(), feed, Anna()) }, digest.Baseline},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			s.quarantine(5)
			n, err := tt.end(s)
			s.must(err)
			if n != 5 {
				t.Errorf("settled = %d, want 5", n)
			}
			got := s.named("old-0")
			if got.State != tt.state || got.OwedSince.IsZero() == (tt.state == digest.Owed) {
				t.Errorf("article = %+v, want it %s", got, tt.state)
			}
			if got := s.source().Quarantined; got != 0 {
				t.Errorf("quarantined = %d, want 0", got)
			}
			if n, err = tt.end(s); n != 0 || err != nil {
				t.Errorf("again = %d, %v, want nothing to settle", n, err)
			}
		})
	}
}

func (e suite) TestEndQuarantineOfOneSourceOnly(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.quarantine(5)
	s.must(s.EnsureSources(t.Context(), []content.Configured{{Name: "https://other.example"}}))
	if n, err := s.AcceptQuarantine(t.Context(), "https://other.example", Anna()); n != 0 || err != nil {
		t.Errorf("accept = %d, %v, want nothing", n, err)
	}
	if _, err := s.AcceptQuarantine(t.Context(), "https://unknown.example", Anna()); err == nil {
		t.Error("accept of an unknown source succeeded")
	} else {
		s.mustBe(err, store.ErrNotFound)
	}
}
