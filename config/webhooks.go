package config

import (
	"maps"
	"regexp"
)

// Webhooks are the providers that may post what came back. One without a secret may not.
type Webhooks struct {
	SES      SESHook
	SendGrid SendGridHook `mapstructure:"sendgrid"`
	Mailgun  MailgunHook
	Postmark Hook
	Brevo    Hook
}

// Secrets are those of the providers that may post, by name.
func (w Webhooks) Secrets() map[string]string {
	secrets := map[string]string{
		"ses": string(w.SES.Secret), "sendgrid": string(w.SendGrid.Secret), "mailgun": string(w.Mailgun.Secret),
		"postmark": string(w.Postmark.Secret), "brevo": string(w.Brevo.Secret),
	}
	maps.DeleteFunc(secrets, func(_, secret string) bool { return secret == "" })
	return secrets
}

// Hook is a provider's: the last part of its address.
type Hook struct {
	Secret     Secret // also when it came from a file
	SecretFile string `mapstructure:"secret_file"` // absolute; "" for none
}

// SESHook is Amazon SES's, through SNS.
type SESHook struct {
	Hook  `mapstructure:",squash"`
	Topic string // the ARN of the one topic that is ours
}

// SendGridHook is SendGrid's.
type SendGridHook struct {
	Hook      `mapstructure:",squash"`
	PublicKey string `mapstructure:"public_key"`
}

// MailgunHook is Mailgun's.
type MailgunHook struct {
	Hook           `mapstructure:",squash"`
	SigningKey     Secret `mapstructure:"signing_key"`      // also when it came from a file
	SigningKeyFile string `mapstructure:"signing_key_file"` // absolute; "" for none
}

// hooks asks for what a provider is verified by.
func (v *validator) hooks() {
	h := v.Bounces.Webhooks
	for _, hook := range []struct {
		name, by string
		Hook
		given bool
	}{
		{"ses", "topic", h.SES.Hook, h.SES.Topic != ""},
		{"sendgrid", "public_key", h.SendGrid.Hook, h.SendGrid.PublicKey != ""},
		{"mailgun", "signing_key", h.Mailgun.Hook, h.Mailgun.SigningKey != ""},
		{"postmark", "", h.Postmark, true},
		{"brevo", "", h.Brevo, true},
	} {
		key := "bounces.webhooks." + hook.name
		at := filed{key: key + ".secret", path: &hook.SecretFile}.where()
		switch {
		case hook.Secret == "":
		case !hookSecret.MatchString(string(hook.Secret)):
			v.report(at, "needs 16 to 200 letters, digits, hyphens and underscores, and nothing else")
		case !hook.given:
			v.report(at, "needs "+key+"."+hook.by+" too: what is posted is verified by it")
		}
	}
}

// hookSecret is a secret that may stand in an address as it is.
var hookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{16,200}$`)
