package listfile_test

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkReadCSV(b *testing.B) {
	var text strings.Builder
	text.WriteString("email,name,status\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "reader%d@example.org,\"Reader, %d\",active\n", i, i)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		for range open(b, strings.NewReader(text.String())).Rows() {
		}
	}
}
