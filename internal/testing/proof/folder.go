package proof

import (
	"os"
	"path/filepath"
	"testing"
)

// Root is the repository's folder: the nearest one above a test's with a go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("no go.mod in any folder above the test's")
		}
		dir = above
	}
}

// tools is the folder of the tools that npm installs.
func tools(t testing.TB) string {
	t.Helper()
	return filepath.Join(Root(t), "internal", "testing", "proof", "tools")
}

// NodeModule is the folder of a package of internal/testing/proof/tools/package.json. A
// test that needs one which is not installed is skipped, or failed: see Lack.
func NodeModule(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(tools(t), "node_modules", filepath.FromSlash(name))
	if _, err := os.Stat(dir); err != nil {
		Lack(t, name, "install it with: make tools-web")
	}
	return dir
}
