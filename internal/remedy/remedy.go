// Package remedy owns the names of what can be done about what the rooms find,
// where this program has a part in it.
//
// It must not say how that is asked for: it is a command for one and a button for
// another. The terminal's words are in cmd/roundup/words/remedy.go.
//
// Start reading with Remedy; a new one is a code here and its words there.
package remedy

// Remedy is a thing to do, or to know.
type Remedy struct {
	Code  Code
	About string // a number, a source, a domain, a folder; "" for nothing
}

// Code names a remedy.
type Code string

// Of a configuration.
const (
	ListSettings    Code = "list settings"
	NameKey         Code = "name key"         // under which it is published: whoever makes one is told
	MakeKey         Code = "make key"         // there is none to sign with
	MakeKeyFor      Code = "make key for"     // DNS name About, SELECTOR._domainkey.DOMAIN
	MakeLongerKey   Code = "make longer key"  // beside the one that is too short
	ExportTemplates Code = "export templates" // to folder About
)

// Of a check, in its groups' order; most are done, some only to be known.
const (
	Offline         Code = "offline"              // nobody was asked, as it was wished
	RecordShown     Code = "record shown"         // the DNS record of the key can be printed
	RecordNotForAll Code = "record not for all"   // likewise, and not every receiver verifies Ed25519
	MakeRSA         Code = "make RSA key"         // a key that every receiver verifies
	PutBackBackup   Code = "put back backup"      // the database's file is damaged
	RestoreDump     Code = "restore dump"         // the database on a server is damaged
	Adopt           Code = "adopt"                // the database: say what went out since
	NameOther       Code = "name other"           // the database was moved to About
	BackupOrReport  Code = "backup or report"     // something else has written to the database
	AcceptEmpty     Code = "accept empty"         // source About, which has no article any more
	Settle          Code = "settle quarantine"    // articles of a source wait for a decision
	ReadSource      Code = "read source"          // it was never read
	Release         Code = "release"              // issue About, once the cause is mended
	Follow          Code = "follow"               // an issue that goes on by itself
	NoSchedule      Code = "no schedule"          // the issue goes out when it is asked to
	Explain         Code = "explain"              // why the issue would be skipped
	ShortenSubject  Code = "shorten subject"      // the one set by hand
	LengthenPre     Code = "lengthen preheader"   // the one set by hand
	MendTemplate    Code = "mend template"        // where the error names it
	ServeByHTTPS    Code = "serve by HTTPS"       // one click needs it
	EditNote        Code = "edit note"            // a link in it is wrong
	ImportReaders   Code = "import readers"       // there are none
	ReadReport      Code = "read report"          // of issue About: the servers' words
	ReadBounces     Code = "read bounces"         // readers leave by mail
	StartPages      Code = "start pages"          // readers' pages do not answer
	PassPost        Code = "pass POST"            // the proxy does not
	PassPostAsIs    Code = "pass POST as it is"   // the proxy asks for a login or a token
	OthersPages     Code = "others' pages"        // something else answers in place of readers' pages
	PassPages       Code = "pass pages"           // the proxy must
	RelayUnseen     Code = "relay unseen"         // whether its addresses are in the SPF record
	TrySigning      Code = "try signing"          // whether the relay signs
	TrySender       Code = "try sender"           // what receivers make of the sender
	SendTest        Code = "send test"            // the mail that arrived is none of ours
	ScoreBefore     Code = "score before"         // a spam filter can be asked before a send
	AddToSPF        Code = "add relay to SPF"     // its address is not in the record
	PublishSPF      Code = "publish SPF record"   // there is none that counts
	MendRecord      Code = "mend record"          // in DNS: it is void
	SignFor         Code = "sign for"             // domain About: the relay, or we
	PublishKey      Code = "publish key"          // of a signature
	SignBoth        Code = "sign both"            // fields of one click
	AlignWith       Code = "align with"           // domain About: a signature or a return path of it
	PublishDMARC    Code = "publish DMARC record" // there is none
	AskElsewhere    Code = "ask elsewhere"        // no name server answers here
	StartListener   Code = "start listener"       // nobody answers where bounces are to come
	TryMailbox      Code = "try mailbox"          // bounces can't be read
	LookAtUnknown   Code = "look at unknown"      // mails in folder About, which nobody understood
	NameConfig      Code = "name configuration"   // a mail is compared with what it says
)

// Codes are all there are.
func Codes() []Code {
	return []Code{
		ListSettings, NameKey, MakeKey, MakeKeyFor, MakeLongerKey, ExportTemplates,
		Offline, RecordShown, RecordNotForAll, MakeRSA, PutBackBackup, RestoreDump, Adopt, NameOther, BackupOrReport, AcceptEmpty, Settle, ReadSource,
		Release, Follow, NoSchedule, Explain, ShortenSubject, LengthenPre, MendTemplate, ServeByHTTPS, EditNote,
		ImportReaders, ReadReport, ReadBounces, StartPages, PassPost, PassPostAsIs, OthersPages, PassPages, RelayUnseen,
		TrySigning, TrySender, SendTest, ScoreBefore, AddToSPF, PublishSPF, MendRecord, SignFor, PublishKey, SignBoth, AlignWith,
		PublishDMARC, AskElsewhere, StartListener, TryMailbox, LookAtUnknown, NameConfig,
	}
}
