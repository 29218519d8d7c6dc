package check

import (
	"strings"

	"roundup/delivery/mail"
	"roundup/internal/check/finding"
)

// ZoneLine is a record to publish as a zone file takes it.
func ZoneLine(r finding.Record) string {
	value := r.Value
	if r.Type == "TXT" {
		value = `"` + strings.Join(mail.SplitTXT(value), `" "`) + `"`
	}
	return r.Name + ". IN " + r.Type + " " + value
}
