package config

import "testing"

// What a database on a server has no file for is kept where a service can write and a command
// typed by hand finds it.
func TestKeptBesideAServer(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{
		"/etc/roundup":       "/var/lib/roundup",
		"/etc/news/weekly":   "/var/lib/news/weekly",
		"/etc":               "/etc",
		"/srv/etc/roundup":   "/srv/etc/roundup",
		"/home/anna/etcetra": "/home/anna/etcetra",
	} {
		c := &Config{Database: "postgres://h/db", Bounces: Bounces{Listen: "127.0.0.1:2525"}, sources: newOrigins("roundup.yaml")}
		c.completeDatabase(&validator{Config: c}, dir)
		if c.LeavingsFile != want+"/roundup.left" || c.Bounces.UnknownDir != want+"/roundup.unknown" {
			t.Errorf("for %s: %s and %s, want them in %s", dir, c.LeavingsFile, c.Bounces.UnknownDir, want)
		}
	}
}
