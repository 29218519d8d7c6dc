package check

import (
	"testing"

	"roundup/internal/check/finding"
	"roundup/store/engine"
)

func TestFollowers(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	tests := []struct {
		name   string
		waited []*bool
		want   finding.Outcome
	}{
		{"one of two is waited for", []*bool{&no, &yes}, finding.Passed},
		{"none", []*bool{&no, &no}, finding.Warned},
		{"not known", []*bool{nil, nil}, finding.Skipped},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := finding.Of(finding.Database)
			var s engine.Server
			for _, waited := range tt.waited {
				s.Followers = append(s.Followers, engine.Follower{Behind: -1, Waited: waited})
			}
			followers(l, s)
			if got := l.Findings(); len(got) != 1 || got[0].Outcome != tt.want {
				t.Errorf("found %+v, want one that is %s", got, tt.want)
			}
		})
	}
}
