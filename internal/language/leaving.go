package language

// LeavingWords is what a reader's page says around leaving: whose subscription it
// is, how to come back, and the question why.
type LeavingWords struct {
	Yours        string // "Your address: {email}"; it is masked
	UndoHow      string // what the button below, Undo, does
	Undo         string // "Undo"
	Undone       string // "You are back", a title
	UndoneSaid   string // that all is as it was before; {name} is the newsletter's
	UndoneChosen string // that the subscription is back, with what was chosen beside the button
	TooLate      string // "This can't be undone any more", a title
	TooLateSaid  string // when it can, and what to do else
	Why          string // "Why are you leaving? (optional)", above the answers
	TooOften     string // an answer; so are those that follow
	NotForMe     string
	NeverAsked   string
	Elsewhere    string
	Other        string
	WhySend      string // "Send", below the answers
	WhyThanks    string // "Thank you for telling us."
}
