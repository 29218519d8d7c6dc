package language

// JoinWords is what is said to who wants to read the newsletter: on the sign-up form
// and its pages, in the mail that asks to confirm, and in the one that welcomes. {name}
// is the newsletter's.
type JoinWords struct {
	Title          string // "Subscribe to {name}", above the form
	Box            string // "Newsletter", above the form on the publication's own site
	BoxLead        string // what stands below that, of a newsletter that comes every week
	BoxAny         string // the same of any other
	Address        string // "Email address", a label
	Name           string // "Name (optional)", a label
	Button         string // "Subscribe"
	Sending        string // said while the form of another site is sent
	How            string // what happens next, below the form
	Trap           string // "Please leave this empty", the label of a field that only programs fill in
	Asked          string // "Look into your mailbox", a title
	AskedSaid      string // what to find there, {email} being the whole address; true whoever asked and of whatever address
	Again          string // "One more press, please", a title
	AgainSaid      string // why
	BadAddress     string // "This address can't be right. Please write it like name@example.org."
	Busy           string // "Too many at the moment", a title
	BusySaid       string // when to come again
	Code           string // "Please type four digits", a title
	CodeSaid       string // why, above the digits
	CodeDigits     string // "The four digits", a label
	CodeWrong      string // that others were typed, or too late, and there are new ones
	Confirm        string // "Subscribe to {name}?", a title
	ConfirmSaid    string // what the button below, ConfirmButton, does; {email} is masked
	ConfirmButton  string // "Yes, subscribe"
	Confirmed      string // "You are subscribed", a title
	ConfirmedSaid  string // what comes; {email} is masked
	UnderWay       string // that issue {number} is going out, and {next} is the reader's first
	SendNow        string // "Send me {number} now", a button; {number} is an issue's
	OnItsWay       string // "{number} is on its way", a title
	OnItsWaySaid   string // where to look for it; {email} is masked
	Had            string // that issue {number} was sent there, so that it is not sent again; {email} is masked
	TooOld         string // "This link does not work any more", a title
	TooOldHelp     string // what to do
	Never          string // "Never write to this address?", a title
	NeverSaid      string // what the button below, NeverButton, does; {email} is masked
	NeverThis      string // the same where the address is not known
	NeverButton    string // "Never again"
	NeverDone      string // "{name} does not write to this address", a title
	NeverOld       string // why a link of Never does nothing any more
	MailSubject    string // "Please confirm: {name}"
	MailSaid       string // why this mail came, above the button MailButton
	MailButton     string // "Confirm subscription"
	MailIgnore     string // what to do who did not ask: nothing
	MailNever      string // "Never write to this address", a link
	WelcomeSubject string // "Welcome to {name}"
	WelcomeSaid    string // that this address is subscribed from now on
}
