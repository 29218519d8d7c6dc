package language

// MeWords is what a reader's own page says, where they change and see what is kept
// about them. {name} is the newsletter's.
type MeWords struct {
	Title       string // "Your subscription to {name}"
	Link        string // "Rather pause, or change something else?", a link to the page
	LinkLeft    string // "See or erase what is kept about you", a link to the page, for who has left
	Name        string // "Name (optional)", a label
	Save        string // "Save", on a button
	Saved       string // that it was done
	Pause       string // "Pause", a heading
	PauseHow    string // what a pause does, above PauseUntil
	PauseUntil  string // "Pause until", the label of a day
	PauseButton string // "Pause"
	Paused      string // "Paused until {date}"
	PausedSaid  string // what that means
	Resume      string // "End the pause", on a button
	Resumed     string // "The pause is over"
	BadDay      string // "Please choose a day within the coming year."
	Data        string // "Your data", a heading
	DataHow     string // what the button below, DataButton, gives
	DataButton  string // "Download my data"
	Erase       string // "Erase me", a heading
	EraseHow    string // what the button below, EraseButton, does
	EraseSure   string // "Yes, erase everything about me", beside a box to tick
	EraseUnsure string // "Please tick the box first.", where it was not
	EraseButton string // "Erase me"
	Erased      string // "You are erased", a title
	ErasedSaid  string // what is kept all the same
	NobodyHere  string // that nothing is left, on the page of a reader who was erased
}
