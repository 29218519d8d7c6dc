package config_test

import (
	"errors"
	"strings"
	"testing"

	"roundup/config"
)

func FuzzLoad(f *testing.F) {
	f.Add(full, "")
	f.Add(config.Starter(config.Answers{}), "ROUNDUP_SMTP_HOST=x.example")
	f.Add("sources: &a [*a]", "ROUNDUP_=")
	f.Add("a: &a [x]\nsmtp: *a\nsources: [*a, {url: *a}]", "ROUNDUP_SMTP_PASSWORD=\xff")
	f.Add("? {a: b}\n: c\n<<: d\n---\n...", "=")
	f.Add("smtp: {password: secretsecret, port: 99999999999999999999}", "")
	f.Add("digest: {sections: [{}, ~, [], {labels: [~, '']}]}\nsources: [{}]", "")
	f.Fuzz(func(t *testing.T, text, variable string) {
		c, err := load(t, text, variable)
		var found config.Problems
		switch {
		case err != nil && c != nil:
			t.Error("both a configuration and an error")
		case errors.As(err, &found):
			for _, p := range found {
				if p.Message == "" || p.File == "" || strings.ContainsAny(p.Message, "\n\r") {
					t.Errorf("problem %+v", p)
				}
			}
		case err != nil:
			t.Errorf("not told as Problems: %v", err)
		case c.Newsletter.Timezone == nil || c.SMTP.Port < 1 || c.Digest.MaxArticles < 1 || c.Database == "":
			t.Errorf("incomplete: %+v", c)
		default:
			c.Settings()
			_ = c.SendProblems()
		}
	})
}
