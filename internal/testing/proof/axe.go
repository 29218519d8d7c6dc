package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Violation is what axe-core holds against a page.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s, %d times", v.ID, v.Impact, v.Help, len(v.Nodes))
	for i, node := range v.Nodes {
		if i == 3 {
			b.WriteString("\n  …")
			break
		}
		fmt.Fprintf(&b, "\n  %.300s\n    %s", node.HTML, strings.ReplaceAll(node.Summary, "\n", "\n    "))
	}
	return b.String()
}

const runAxe = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	rules: Object.fromEntries(%s.map(id => [id, {enabled: false}])),
	resultTypes: ["violations"],
}).then(result => result.violations)`

// Axe runs every rule of axe-core on WCAG 2.2 A and AA, and its best practices,
// but for the rules named. Without axe-core the test is skipped, or failed: see Lack.
func (tab *Tab) Axe(t testing.TB, but ...string) []Violation {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join(NodeModule(t, "axe-core"), "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	off, err := json.Marshal(append([]string{}, but...))
	if err != nil {
		t.Fatal(err)
	}
	Eval[string](t, tab, string(axe)+"\n;axe.version")
	return Eval[[]Violation](t, tab, fmt.Sprintf(runAxe, off))
}
