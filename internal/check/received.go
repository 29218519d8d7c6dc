package check

import (
	"roundup/config"
	"roundup/internal/check/received"
	"roundup/internal/desk/planner"
)

// Expected is what a mail of the newsletter is like when it leaves, to compare
// one with that has arrived. It needs no database, and no settings that are
// complete.
func Expected(c *config.Config) received.Expected {
	if c.Mail.From.Address == "" {
		return received.Expected{}
	}
	e := received.Expected{
		Name:       c.Newsletter.Name,
		From:       c.Mail.From.Address,
		ReturnPath: c.Mail.ReturnPath,
		VERP:       c.Mail.VERP,
		ListID:     planner.ListID(c),
		BaseURL:    c.Newsletter.BaseURL,
	}
	if c.DKIM.Key != nil {
		e.Signs = c.DKIM.Domain
	}
	return e
}
