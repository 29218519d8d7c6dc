package check

import "testing"

func TestSPFToPublish(t *testing.T) {
	t.Parallel()
	for relay, want := range map[string]string{
		"smtp.relay.example":  "v=spf1 a:smtp.relay.example ~all",
		"smtp.relay.example.": "v=spf1 a:smtp.relay.example ~all",
		"9.9.9.9":             "v=spf1 ip4:9.9.9.9 ~all",
		"::ffff:9.9.9.9":      "v=spf1 ip4:9.9.9.9 ~all",
		"2620:fe::9":          "v=spf1 ip6:2620:fe::9 ~all",
		"192.168.1.7":         "v=spf1 mx ~all",
		"fd00::7":             "v=spf1 mx ~all",
		"127.0.0.1":           "v=spf1 mx ~all",
		"localhost":           "v=spf1 mx ~all",
		"relay":               "v=spf1 mx ~all",
		"":                    "v=spf1 mx ~all",
	} {
		if got := spfToPublish(relay); got != want {
			t.Errorf("%q: %s, want %s", relay, got, want)
		}
	}
}
