package subscribers

import "slices"

// WhyLeft is why a reader says they left.
type WhyLeft string

// What there is to choose from. The schema has the same list.
const (
	TooOften   WhyLeft = "too_often"   // too much mail
	NotForMe   WhyLeft = "not_for_me"  // the articles are not what they want to read
	NeverAsked WhyLeft = "never_asked" // they did not subscribe
	Elsewhere  WhyLeft = "elsewhere"   // they read the articles somewhere else
	Other      WhyLeft = "other"       // none of these
)

// WhysLeft lists every reason, in the order in which they are asked for.
func WhysLeft() []WhyLeft { return []WhyLeft{TooOften, NotForMe, NeverAsked, Elsewhere, Other} }

// Known reports whether w is a reason.
func (w WhyLeft) Known() bool { return slices.Contains(WhysLeft(), w) }
