package proof_test

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"roundup/internal/testing/proof"
)

// clients are those that a mail must be whole in: family and platform as
// caniemail has them, and the name people know.
var clients = []struct{ family, platform, name string }{
	{"outlook", "windows", "Outlook"},
	{"gmail", "desktop-webmail", "Gmail"},
	{"gmail", "ios", "Gmail"},
	{"gmail", "android", "Gmail"},
	{"gmail", "mobile-webmail", "Gmail"},
	{"apple-mail", "macos", "Apple Mail"},
	{"apple-mail", "ios", "Apple Mail"},
	{"yahoo", "desktop-webmail", "Yahoo"},
	{"yahoo", "ios", "Yahoo"},
	{"yahoo", "android", "Yahoo"},
}

// support is what caniemail knows of a feature: family, platform, then y, n, a
// (in part) or u (unknown) for the client's newest version.
type support map[string]map[string]string

// TestClients: no sample uses a feature that Outlook on Windows, Gmail, Apple
// Mail or Yahoo lack, in whole or in part, but for what is allowed (allowed_test.go).
func TestClients(t *testing.T) {
	t.Parallel()
	data := caniemail(t)
	known := func(feature string) bool { return data[feature] != nil }
	lacking := map[string]map[string]bool{} // feature: names of clients that lack it
	where := map[string]string{}
	for _, s := range proof.Samples(t) {
		for u := range featuresOf(t, s.Mail(t).Parse(t), known) {
			for _, name := range whoLacks(data, u) {
				if lacking[u.feature] == nil {
					lacking[u.feature] = map[string]bool{}
				}
				lacking[u.feature][name] = true
				where[u.feature] = s.Name
			}
		}
	}
	for feature, names := range lacking {
		var who []string
		for name := range names {
			who = append(who, name)
		}
		slices.Sort(who)
		got := strings.Join(who, ", ")
		switch a, ok := allowed[feature]; {
		case !ok:
			t.Errorf("%s (in %q, for one): lacking in %s, and not allowed", feature, where[feature], got)
		case a.who != got:
			t.Errorf("%s is allowed for %s, and lacking in %s", feature, a.who, got)
		}
	}
	for feature, a := range allowed {
		if lacking[feature] == nil {
			t.Errorf("%s is allowed, and not used or lacking nowhere", feature)
		}
		if a.lost == "" || a.fallback == "" {
			t.Errorf("%s is allowed without a word on what is lost and what stands in for it", feature)
		}
	}
}

// whoLacks are the clients that read a feature and don't support it.
func whoLacks(data map[string]support, u use) []string {
	if data[u.feature] == nil {
		return []string{"nobody knows"}
	}
	var names []string
	for _, c := range clients {
		if u.word && c.family != "outlook" {
			continue
		}
		reads := true
		for _, feature := range strings.Fields(u.within) {
			reads = reads && data[feature][c.family][c.platform] != "n"
		}
		if level := data[u.feature][c.family][c.platform]; reads && level != "y" && !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

// caniemail reads the data on every feature, from beside the repository.
func caniemail(t *testing.T) map[string]support {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(proof.Root(t), "..", "shared", "data", "caniemail", "_features", "*.md"))
	if err != nil || len(files) == 0 {
		proof.Lack(t, "caniemail", "https://github.com/hteumeuleu/caniemail at ../shared/data/caniemail")
	}
	data := map[string]support{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		front, _, ok := strings.Cut(strings.TrimPrefix(string(text), "---\n"), "\n---")
		if !ok {
			t.Fatalf("%s: no front matter", file)
		}
		var page yaml.Node // a map would refuse the files that name a version twice
		if err := yaml.Unmarshal([]byte(front), &page); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		data[strings.TrimSuffix(filepath.Base(file), ".md")] = newest(field(page.Content[0], "stats"))
	}
	delete(data, "_template")
	return data
}

// newest are the levels of every client's last version.
func newest(stats *yaml.Node) support {
	s := support{}
	for family, platforms := range pairs(stats) {
		s[family] = map[string]string{}
		for platform, versions := range pairs(platforms) {
			for _, level := range pairs(versions) {
				s[family][platform] = level.Value[:1]
			}
		}
	}
	return s
}

// pairs are a mapping's keys and values, in the order of the file.
func pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

func field(n *yaml.Node, name string) *yaml.Node {
	for key, value := range pairs(n) {
		if key == name {
			return value
		}
	}
	return nil
}
