package proof

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Lack skips a test for want of a tool, saying why and what to do; or fails it
// where ROUNDUP_REQUIRE, a list of tools, says that the tool is there (CI does).
func Lack(t testing.TB, tool, why string) {
	t.Helper()
	if slices.Contains(strings.Fields(os.Getenv("ROUNDUP_REQUIRE")), tool) {
		t.Fatalf("%s is required here: %s", tool, why)
	}
	t.Skipf("no %s to test with: %s", tool, why)
}
