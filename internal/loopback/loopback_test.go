package loopback_test

import (
	"testing"

	"roundup/internal/loopback"
)

func TestIs(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "localhost.": true, "127.0.0.1": true, "127.8.8.8": true,
		"::1": true, "[::1]": true, "::ffff:127.0.0.1": true,
		"": false, ".": false, "localhost..": false, "news.localhost": false, "localhost.example": false,
		"127.0.0.1.example": false, "127.1": false, "[::1": false, "::1]": false, "0.0.0.0": false, "::": false,
		"10.0.0.1": false, "127.0.0.1:25": false,
	} {
		if got := loopback.Is(host); got != want {
			t.Errorf("Is(%q) = %v", host, got)
		}
	}
}
