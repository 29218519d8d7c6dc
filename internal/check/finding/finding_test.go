package finding_test

import (
	"strings"
	"testing"

	"roundup/internal/check/finding"
)

func TestWorstFirst(t *testing.T) {
	t.Parallel()
	l := finding.Of(finding.Relay)
	l.Pass("a", "")
	l.Skip("b", "no network", "")
	l.Warn("c", "", "")
	l.Fail("d", "", "")
	l.Publish(finding.Record{Name: "d.example", Type: "TXT", Value: "v"})
	l.Pass("e", "")
	l.Fail("f", "", "")
	order := ""
	for _, f := range l.Findings() {
		order += f.What
		if f.Group != finding.Relay {
			t.Errorf("%s is in group %q", f.What, f.Group)
		}
		if want := f.What == "d"; (len(f.Publish) == 1) != want {
			t.Errorf("%s has records %v", f.What, f.Publish)
		}
	}
	if order != "dfcaeb" {
		t.Errorf("order %s", order)
	}
	if n := finding.Count(l.Findings(), finding.Failed); n != 2 {
		t.Errorf("%d failed", n)
	}
}

func TestGroupsHaveTitles(t *testing.T) {
	t.Parallel()
	for _, g := range []finding.Group{
		finding.Settings, finding.Database, finding.Sources, finding.Issue, finding.Mail, finding.Readers,
		finding.Relay, finding.Domain, finding.Received, finding.Signed, finding.Changed,
	} {
		if g.Title() == string(g) || !strings.ContainsAny(g.Title()[:1], "ASTW") {
			t.Errorf("%q has the title %q", g, g.Title())
		}
	}
}
