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
		c := &Config{Path: dir + "/roundup.yaml", Database: "postgres://h/db", Bounces: Bounces{Listen: "127.0.0.1:2525"}, sources: newOrigins("roundup.yaml")}
		c.completeDatabase(&validator{Config: c}, dir)
		if c.LeavingsFile != want+"/roundup.left" || c.Bounces.UnknownDir != want+"/roundup.unknown" {
			t.Errorf("for %s: %s and %s, want them in %s", dir, c.LeavingsFile, c.Bounces.UnknownDir, want)
		}
		if got := c.LeavingsOf("/data/roundup.db"); got != "" {
			t.Errorf("for %s, with a file: %s, want none but the one beside it", dir, got)
		}
		c = &Config{Path: dir + "/roundup.yaml", Database: "roundup.db", sources: newOrigins("roundup.yaml")}
		c.completeDatabase(&validator{Config: c}, dir)
		if got := c.LeavingsOf("postgres://h/db"); c.LeavingsFile != "" || got != want+"/roundup.left" {
			t.Errorf("for %s, with a server: %s, want it in %s", dir, got, want)
		}
		c = &Config{Path: dir + "/roundup.yaml", Database: "roundup.db", LeavingsFile: "left", sources: newOrigins("roundup.yaml")}
		c.completeDatabase(&validator{Config: c}, dir)
		if got := c.LeavingsOf("postgres://h/db"); got != dir+"/left" || c.LeavingsFile != got {
			t.Errorf("for %s, with a file of its own: %s and %s", dir, c.LeavingsFile, got)
		}
	}
}
