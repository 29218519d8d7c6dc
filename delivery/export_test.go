package delivery

// ComposeWhole writes a claim's mail by go-mail alone, which templates are
// compared with.
func (c *Composer) ComposeWhole(claim Claim) (Message, error) { return c.composeWhole(claim) }
