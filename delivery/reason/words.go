package reason

import (
	"regexp"

	"roundup/internal/lazy"
)

// rule gives words their reason.
type rule struct {
	reason Reason
	words  func() *regexp.Regexp
}

// plain are the words that say it whatever the code is, the most telling first:
// servers put one code on many things, 5.7.1 above all. They are matched against text
// in lower case, its white space made single.
var plain = []rule{
	{Filtered, lazy.Regexp(`resolver\.rst|(not (a )?|non-?)(list )?members?\b|only (list )?(members|subscribers)|(not allowed|permission) to post`)}, // who takes mail from few alone
	{Virus, lazy.Regexp(`virus|malware|infected with|potentially executable|malicious (url|attachment|content)`)},
	{Rejected, lazy.Regexp(`sender address rejected`)}, // whatever is said of our address after it
	{NotAccept, lazy.Regexp(`null mx|nullmx|mx (record )?is null|domain does(n't| not) (accept|receive) (e-?mail|mail)|` +
		`does not accept (any )?mail at all|indicated no smtp service|host does not accept mail|domain .* doesn't receive email`)},
	{Authentication, lazy.Regexp(`\bspf\b|\bdkim\b|\bdmarc\b|sender policy framework|unauthenticated (e-?mail|mail|message)|` +
		`domainkeys|not (pass|passed) (authentication|validation)|(does not|fails? to) pass .*authentication|not have authentication`)},
	{NoPTR, lazy.Regexp(`\bptr\b|reverse[ -]?(dns|name|hostname|lookup|resolution|mapping)|\brdns\b|` +
		`cannot find your (reverse )?host ?name|fix (your )?dns for|no (matching )?(a )?reverse|mismatches client ip|` +
		`cannot resolve your (address|host)|client (host|ip).*does not resolve|does(n't| not) have a valid (fqdn|reverse)|` +
		`(unresolvable|unknown) relay host name|hostname .* does not match|your server.* (without|lacks) .*dns`)},
	{NoRelaying, relayWords},
	{Spam, lazy.Regexp(`(contains?|considered|detected|identified|classified|flagged|looks? like|appears to be|probable|probably|` +
		`likely|marked|rejected|suspected|blocked|block for|triggered|treated)( as| to be| for| by| due to| a)*( [a-z]+)? ?(spam|unsolicited|junk|ube\b)|` +
		`\bube\b|spam (detected|message|content|rejected|filter|score|points|classification|policy|mail|refused)|` +
		`spam-like|(don'?t|do not|not) (accept|want) spam|anti-?spam|unsolicited|\buribl\b|\bsurbl\b|` +
		`(^|[ ("'])spam[.)!'"]*$|high spam|as spam|is spam|bulk mail rejected|mime_error: spam|phishing|` +
		`(link|url) in (the )?message|message content rejected`)},
	{Blocked, lazy.Regexp(`black ?-?list|block ?list|blocklisted|spamhaus|spamcop|barracuda(central|networks)|\b[dx]?r?bl\b|` +
		`\bdnsbl\b|\bcbl\b|abuseat|sorbs|(blocked|rejected|listed|refused) (using|at|by) [a-z0-9.-]+\.[a-z]+|` +
		`(your|client|sender|source|sending)( [a-z]+)? (ip|host|address|network|server)( address)?.*(is |was |has been |been )?(block|bann|listed|refused|rejected|denied|abus)|` +
		`bann(ed|ing) (sending|sender|ip|host)|(ip|host|server|network).* (is|was|has been) (block|bann)|ip.*bloqu|` +
		`client (host )?(rejected|blocked)|dynamic ip|dial-?up|refused to talk to me|helo command rejected|invalid helo|` +
		`access from .* (denied|blocked|refused)|go away|open (proxy|relay)|you are not allowed to connect|` +
		`esmtp not accepting connections|not (currently )?accepting mail from your ip|host network not allowed|` +
		`smtp error from remote (mail )?server after initial connection|refused - see http|you are sending spam|` +
		`service not available, closing transmission|connections? (will )?not (be )?accepted from|` +
		`mail server .* is blocked|no valid recipients from|part of their network|use the smtp server of your isp|` +
		`service refused?[.,]|too many (invalid|unknown|bad|non-?exist[ae]nt) (recipients|users|addresses)`)},
	{Reputation, lazy.Regexp(`reputation|user complaints|unexpected volume`)},
	{TooManyConnections, lazy.Regexp(`too many (concurrent |simultaneous )?(smtp )?(connections?|sessions?|recipients)|` +
		`connection (rate )?limit|concurrent connections|trop de connexions|maximum connection`)},
	{Speeding, lazy.Regexp(rateText)},
	{MailboxFull, fullWords},
	{MessageTooBig, lazy.Regexp(`(message|mail|e-?mail|size|header|content|attachment)s?( size| length| is| was| has| file)* ?(too (large|big|long)|exceed(s|ed)?( the)?( [a-z]+){0,3} (limit|size|maximum|allowed))|` +
		`(exceed|larger than|over|above|greater than)[a-z]* (the )?(current )?(maximum|max|maximal|allowed|permitted|size|message)( [a-z]+)? ?(message |mail )?(size|length|limit)|` +
		`size (limit|exceed|restriction)|too (large|big)\b|message (size|length) |body too|line (limit|length) exceed|exceeded maximum`)},
	{StartTLS, lazy.Regexp(`starttls|tls (is )?(required|needed|handshake)|must issue a tls|encryption (is )?(required|needed)|requiretls`)},
	{Suspended, lazy.Regexp(`suspend|disabled|deactivat|frozen|inactiv|(account|mailbox|user|recipient)( is| has been| was)* ?(temporar(il)?y )?(locked|blocked|terminated|closed|on hold|discontinued|expired|archived)|` +
		`no longer (accepts|accepting|active|in use)|not (an )?active (user|account|address|mailbox)|compte du destinataire est bloque|` +
		`temporar(il)?y (locked|unavailable account)|not been collected|out of service|user not active|dormant`)},
	{HasMoved, lazy.Regexp(`has moved|has been replaced by|no longer (on|at|with|works|employed)( server)?|changed (its|his|her|their)? ?(e-?mail )?address|` +
		`user not local; (please )?try|please (use|try) the (new|following) address|new address is|mailbox moved`)},
	{Filtered, lazy.Regexp(`recipient preferences|user rules|user re(ject|fuse)|refused by (the )?(user|recipient)|` +
		`(only|does) accept(s|ing)? (mail|messages?)? ?from|accepting mail from specific|is not accepting any mail|protected by|` +
		`blocked by the recipient|rejected by (the )?(user|recipient)|recipient id refuse|has restricted|bounced address|` +
		`not (permitted|allowed|authorized) to (send|mail) to (this|the|that) (recipient|address|user|group|mailbox)|delivery restriction`)},
	{Network, lazy.Regexp(`(host|name|domain)[^.]{0,80} not found,? (but )?(please )?try again|name service error.*try again|temporary (dns|name|lookup|resolution)`)},
	{Rejected, lazy.Regexp(`sender address rejected|domain of sender|sender('s)? domain|from: domain|return path .*(invalid|not)|sender (verif|callback|callout)`)},
}

// others come after what a text says in another language than English.
var others = []rule{
	{Rejected, lazy.Regexp(`\b(your|sender('s|s)?|sending|originating|return|envelope|reply(-to)?|source|(mail |envelope[ -])?from)( e-?mail| mail)? (address|domain|account|host( ?name)?|server)( [^ ]*@[^ ]*| <[^>]*>)?( is| was| does| did| could| can| has)*( ?not\b|n't| unknown| no\b)|` +
		`\b((mail from|envelope[ -](from|sender)|return-?path|reply-?to)(:| address| domain| user| account| host)*|(from|bounce):? (address|domain))( <[^>]*>)?( is| was| does| did| could| can| has)*( ?not\b|n't| unknown)`)}, // it is ours
	{Security, lazy.Regexp(`\b(authentication|authorization|log-?in|log-?on|sign-?in)( attempt)?( has| was)? (fail(ed|ure)|error|denied|rejected|unsuccessful)|(failed|unable|not) to (authenticate|log ?in)`)}, // so is the name
	{Policy, lazy.Regexp(`\b(ip(v[46])?|helo|ehlo)( address(es)?| number| command| argument| domain| host ?name| host| name)*( \S*[\d.]\S*)?( is| was| does| did| could| can| has)*( ?not\b|n't| unknown)|(unknown|no such) ip\b`)},
	{NotCompliant, lazy.Regexp(`(address|domain|name) in (the )?['"]?(from|sender|reply-to|message-id)\b`)},
	{UserUnknown, lazy.Regexp(`@[^ ]+ (does not|doesn't) exist`)},
	{HostUnknown, hostWords},
	{UserUnknown, userWords},
	{NotCompliant, lazy.Regexp(`rfc ?-?[ 0-9]{3,5}|not compliant|non-?compliant|header.*(missing|required|invalid|malformed)|missing .*header|` +
		`bare (lf|cr|newline)|multiple .*headers|no message-?id`)},
	{Content, lazy.Regexp(`duplicate header|mime (header|complexity)|8-?bit data|header size|(content|attachment|body)[a-z ]* (rejected|blocked|not allowed|denied|refused|violat)|` +
		`improperly[ -]format|routing loop detected|contains? (invalid|text that|a? ?prohibited|forbidden)|banned (content|file|attachment)|content (filter|reject)|unnecessary base64`)},
	{Rejected, lazy.Regexp(`sender address rejected|sender (is |was )?(rejected|refused|denied|not (allowed|accepted|permitted|authorized)|invalid|unknown)|invalid sender|` +
		`(bad|unknown|invalid|unverified|rejected) (sender|from|return address)|envelope (sender|from)|(sender|from|return)( [a-z]+)? ?(domain|address)( [a-z]+)* (rejected|invalid|must|does not|not found|unknown|is not|do not|refused)|` +
		`sender (verify|verification|callout|domain)|verification failed for|mail from( [a-z]+)? (rejected|refused|denied)|return path|` +
		`domain of sender|from a null|email address is not verified|send as this|` +
		`unroute?able sender|your (e-?mail |sender )?(address|domain) (is|has been|was) (rejected|refused|blocked|not)|could not verify (the )?sender`)},
	{Security, lazy.Regexp(`security (reasons?|policy|issue|problem|risk)|potential security|authentication failed|` +
		`insecure|access denied|credentials|not authenticated|permission denied|authorization failed|sorry, your don't authenticate|authenticate`)},
	{Policy, lazy.Regexp(`polic(y|ies)|administrative prohibition|not accepted for|prohibit|you are not (allowed|permitted|authorized)|message (is |was )?(refused|not allowed|rejected by)|` +
		`(local|administrat)[a-z]* (rule|reject|restriction)|denied by|mail from .* refused|delivery not (authorized|allowed)|email (is |was )?rejected`)},
	{SystemFull, lazy.Regexp(`mail system full|insufficient (system|disk|storage)|system storage|(file ?system|disk|device|queue) (is )?full|no space left|not enough (disk )?space`)},
	{OnHold, greylistWords},
	{Expired, lazy.Regexp(`time ?d? ?-?out|expired|too long (in|on)|in (the )?queue (for )?too long|retry (time|limit|timeout)|giving up|given up|` +
		`(has been|have been|still) (delayed|failing)|(could not|unable|not (yet )?be) (be )?deliver(ed)? (for|within|after|in)|multiple (retries|attempts)|` +
		`(after|for|within) (the )?(last |more than )?\d+(\.\d+)? ?(hours?|days?|minutes?|weeks?|hrs?)|did not respond|not reachable within|attempts|queued (for )?too long|not been collected|max(imum)? (retry|queue)`)},
	{Network, lazy.Regexp(`connection (refused|reset|dropped|lost|failed|closed|attempt)|lost connection|network (is )?(unreachable|error|failure)|no route to host|` +
		`hop ?-?count|too many hops|(mail|routing|forwarding) loop|loops? back|name ?server|name service|dns (error|query|lookup|failure)|lookup (failed|failure|error)|` +
		`(could|can|did) ?n[o']t connect|unable to connect|cannot (resolve|connect)|mx (record|lookup|host)|host is unreachable|unable to (route|resolve)|broken pipe|tls (negotiation|error)|loop detected|could not (find|resolve)`)},
	{MailerError, lazy.Regexp(`mailer error|command (failed|died)|pipe (to|command)|procmail|exited with|exit (code|status)|local configuration|unknown mailer|` +
		`error code \d|vdeliver|maildrop|\.forward|\bldap\b|signal \d+|broken pipe|local delivery failed|child (process|status)`)},
	{SystemError, lazy.Regexp(`system (config|error|problem|failure)|server (error|config|failure)|internal (error|server)|temporary (local|lookup|server|system|failure)|temporarily unavailable|` +
		`configuration error|local error|loop(s)? back|misconfigured|unavailable|try again|service refused|could not (load|open|create|write)|interrupted|queue file|error (was )?encountered|unexpected error`)},
	{Syntax, lazy.Regexp(`syntax error|(command|parameter)s? (is )?(not (recognized|implemented|understood)|unrecogni[sz]ed)|unrecogni[sz]ed (command|parameter)|improper sequence|bad sequence|command unrecogni[sz]ed`)},
}

var (
	relayWords = lazy.Regexp(`relay(ing)?( access)?( is| mail)? ?(denied|prohibited|refused|rejected|not (permitted|allowed|authorized))|` +
		`(permitted|allowed|authorized|unable|not) to relay|(cannot|can't|do not|don't|no|insecure mail|not an open) relay|` +
		`(list of )?allowed rcpt ?hosts|not (a )?local (host|domain)|not (a )?gateway|we do not relay|local domain.* only|domain isn't in my list|` +
		`that domain (or user )?isn't|not handled here|verif(y|ied).*identities failed|` +
		`authentication (is )?required|(must|please|requires|need to) authenticat|auth(entication)? first`)

	// greylistWords ask to come back.
	greylistWords = lazy.Regexp(`gr[ae]y[- ]?list|postgrey`)

	// rateText speaks of how much we send, or of a server that has too much to do.
	rateText = `\brate[- ]?limit|limit(ed)? rate|(sending|unusual|message) rate|rate exceeded|` +
		`too many (concurrent |simultaneous )?(messages|e?mails|requests|login|errors|commands)|` +
		`too much mail|too fast|too quickly|(too|server|system) busy|throttl|` +
		`(sending|sender|message|daily|hourly) quota|(sending|message|hourly|daily) limit|` +
		`try again slower|at a rate that|max(imum)? e?mails per|` +
		`credits exceeded|slow down|load too high|high load`

	// fullWords speak of a mailbox without room.
	fullWords = lazy.Regexp(`over ?quota|(disk|disc|mail|mailbox|user|recipient|storage|box|inbox|account|file|folder|maildir|space|the|their|his|allocated|allowed)('s)?[ -]+quota|` +
		`quota[ -]?(exceed|violat|full|usage|limit|reached|was|is|of|for)|exceed(s|ed|ing)? (the |its |his |their |your )?([a-z]+ )?quota|` +
		`(mail ?box|inbox|mail ?folder|mail ?dir|account|mail file|mailbox file|mailbox of .*|box)( is| was| of| has| been| already)* (full|exceed|over)|full mailbox|mailbox .* is full|` +
		`(storage|space|size|local)( allocation| limit)? (exceeded|used up|is full|full)|exceeded (its |the |his )?(storage|disk|mailbox|space)|` +
		`(not enough|insufficient|no|(not|n't) have( enough)?|sufficient) (disk |storage |mailbox )?(space|room)( for| in| left| to)? ?(the )?(recipient|user|mailbox|account)?|` +
		`would exceed|too many messages (on|in) |too much (mail )?data|size limit exceeded|max(imum)? (storage|mailbox)|out of (storage|disk|mailbox)|mailbox full|over (the )?(its )?(allowed |disk |storage )`)

	// userWords say that there is nobody of that name.
	userWords = lazy.Regexp(`(user|recipient|mail ?box|e-?mail|address|account|addressee|person|customer|alias|local part|login|adresse|subscriber|spectator|name|inbox)( id| name| address(es)?| account)?['")>]*( [^ ]*@[^ ]*| <[^>]*>| \([^)]*\)| "[^"]*")? ?:?( is| was| has| were| are| does| do| could| can| specified| that you tried to reach| you (tried|entered)( to reach)?| here)* ?(not|n't|isn't|doesn't|couldn't|wasn't|cannot)( be| a| an| any| in| currently)? ?(found|known|exist|valid|recogni[sz]ed|present|listed|available|local|ok|active|here|registered|defined|member of|located|a valid|resolved?)|` +
		`(unknown|invalid|no such|no|non-?exist[ae]nt|unrecogni[sz]ed|unavailable|bad|incorrect|wrong|illegal|undefined|unresolvable|not a valid|not valid|not an? (known|active|existing)|not known) ?(or (unknown|invalid|disabled) )?(/inactive )?(user|recipient|mail ?box|account|addressee|person|e-?mail( address)?|destination|local[ -]?part|name|alias|rcpt|virtual user|id\b|customer|subscriber|local user|user ?name|maildrop|one (is )?there|dest)|` +
		`(user|recipient|mail ?box|account|address|addressee|login|e-?mail( address)?|local part|user ?id|alias)s?['")>]*( [^ ]*@[^ ]*| <[^>]*>| \([^)]*\))?:?( is| was| name| were| <[^>]*>)? ?-?(unknown|invalid|nonexist|non-exist|unrecogni[sz]ed|unavailable|undeliverable|incorrect|unresolved|wrong|no longer)|` +
		`(doesn't|don't|dont) ?exist|not exist|(doesn't|does not|don't|dont) have (an? |any )?([^ ]+ )?(account|mail ?box)|no longer (on server|exists?|valid)|not on (this|the) server|not our customer|not (a )?(known|valid) (user|recipient|address|mailbox)|` +
		`(not|isn't) (found|listed) in|not in (my|our|the|this) (list|directory|address book|validrcptto|system|domain)|no (account|mailbox|mail ?box|user|one|recipient|address|person|such)( [a-z]+)* (by|at|with|of|here|for) (that|this|the|name)|` +
		`there is no one at|badrcptto|badrecipientto|validrcptto|envelope recipient (is|has been)|adr\.recip|recipient ?not ?found|recipnotfound|` +
		`can't accept user|address rejected\.?$|recipient( address)? (rejected|refused|denied|is not accepted|not accepted|not ok)\.?( \(|$)|recipient address rejected: access denied|user missing home|no name in|in name directory|not listed in|` +
		`not (an )?e-?mail address|no matches? (to |for )?(the )?(recipient|name|address)|cannot find (a |the )?(user|recipient|mailbox)|delivery to the (address|recipient) is not|not a (local )?(address|recipient|user|mailbox)|destination addresses were unknown|email name|not unique|valid recipients for this|address error|recipient mailbox (does|not)|invalid-recipient|userunknown|user-unknown|mailbox (is )?unava?i?lable|permanently (rejected )?(dead|invalid)|no valid recipients?`)

	// hostWords say that there is no such domain, or no way to it.
	hostWords = lazy.Regexp(`(host|domain)( name)?s?( or (domain|host)( name)?)?( [^ ]+)?( is| was| could| can)?( not|n't| not be)? ?(unknown|not found|not exist|invalid|not be found|does not exist|doesn't exist|not reachable|must exist)|` +
		`(unknown|no such|invalid|non-?existent|illegal|bad|unresolvable) (host|domain|destination host|host ?name)|name or service not known|nxdomain|` +
		`unrout(e)?able (mail )?(address|domain)|mail domain mentioned|address resolution failed|domain .*(does not exist|doesn't exist|is not reachable|not found|not registered|has expired|is unknown)|` +
		`recipient('s)? domain|no (mx|mail) (record|server|exchanger|host)s?( found)?( for)?|no relevant answers|\.[a-z]{2,10} (does not|doesn't) exist|unable to (find|locate) (the )?(host|domain|a mail|mx)|(couldn't|can't|could not|cannot) find (any|a)? ?(host|mail exchanger|domain|mx)|not a registered gateway|name server: .*host not found|host unreachable|all relevant mx records point to non-?exist`)
)
