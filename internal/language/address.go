package language

// AddressWords are those of a reader who wants the mail sent to another address. {name}
// is the newsletter's, {email} an address of which most is hidden.
type AddressWords struct {
	Title       string // "Another address", a heading
	How         string // what the button below, Ask, does
	Ask         string // "Send a mail to confirm", on a button
	Asked       string // that a mail is on its way, if the address can be used; {email} is the whole of it
	Confirm     string // "Send {name} to {email} from now on?", above Button
	Button      string // "Yes, change the address"; in the mail and on the page it leads to
	Changed     string // "{name} is sent to {email} from now on."
	MailSubject string // of the mail to the new address
	MailSaid    string // why it comes, above Button
	OldSubject  string // of the mail to the old address
	OldSaid     string // that mail goes elsewhere
	OldBack     string // what to do if that was somebody else, above Back
	OldAnswer   string // to answer if anything is wrong, below it
	Back        string // "It was not me: send it here again", on a button there
	BackTitle   string // "Undo the change of address?", of the page that Back leads to
	BackSaid    string // what BackButton does
	BackButton  string // "Yes, undo it"
	OldLink     string // why a link to confirm or to go back does nothing any more, and what to do
	OldLinkAsk  string // to answer the mail, below it, for who gets no issues
}
