package inbox

import "roundup/internal/lazy"

// saysDelayed reports whether a text says that delivery goes on: not where it asks its reader
// to try again, nor where it says that no more is tried. That this ends after some days, or
// on a condition, is to come.
func saysDelayed(notes string) bool {
	text := opening(notes)
	ofUs, now := false, false
	for _, sentence := range statementEnd().Split(text, -1) {
		advises := advising().MatchString(sentence) && !waiting().MatchString(sentence)
		ofUs = ofUs || maybeDelayed().MatchString(sentence) && !advises
		now = now || permanent().MatchString(sentence) && !advises && !deadline().MatchString(sentence)
	}
	return (ofUs || delayed().MatchString(text)) && !now
}

// refused reports whether a code beside the recipient says that it was refused for good, or,
// where there is one recipient alone, a server's answer does.
func refused(recipient, notes string, alone bool) bool {
	lines, answers := linesOf(notes)
	text := besideAddress(recipient, lines)
	if alone {
		text += "\n" + answers
	}
	d := diagnosis("", text, true)
	switch {
	case d.Enhanced != "":
		return d.Enhanced[0] == '5' && (d.Code == 0 || d.Code >= 500)
	default:
		return d.Code >= 500 && replied().MatchString(text)
	}
}

var (
	// delayed is what says that delivery goes on.
	delayed = lazy.Regexp(`(?i)\bdelayed\b|warning: (could|unable|mail|message|your)|has not (yet )?been delivered|not yet been delivered|will (continue|keep|be retried|retry)|still (being )?(trying|tried|attempt)|this is a warning|no action is required|will try again|delivery attempts will continue|` +
		`verzöger|noch nicht (zugestellt|ausgeliefert|übermittelt)|versuchen es (noch |weiter|erneut|wieder)|wird (es )?(weiter|erneut|wieder) versucht|` +
		`retard|pas encore (été )?(distribu|remis|d[ée]livr)|pour le moment|sera r[ée]essay|` +
		`retras(o|ad)|demora|(aún|todavía) no (se )?(ha |han |pudo |podido |sido |fue )*entreg|se (volverá a|seguirá) intent|seguiremos intent|reintentar(á|emos)|ritard|ancora (stat[oa] )?(consegnat|recapitat)|riprov(erà|eremo|iamo)|` +
		`atras(o|ad)|ainda não (foi |pôde |ser )*entreg|tentar(á|emos) novamente|vertrag(ing|en)|vertraagd|nog niet (af)?(geleverd|bezorgd)|opnieuw geprob|blijven proberen|` +
		`fördröj|försena|försöker igen|forsink|prøver igjen|prøver igen|viivästy|yrit(etään|tää) uudelleen|` +
		`opóźni|nie została jeszcze|ponowi(on|my)|ponawia|zpožděn|zdržen|oneskoren|késlelte|késik|újra próbáljuk|gecik|(tekrar|yeniden) (denen|deneyec|deniyor)|` +
		`отложен|задерж|(пока|ещё|еще) не (был\pL? )?(доставлен|удалось)|попытки (будут|продолж)|попытается|відкладен|затрим|(поки|ще) не (був |було )?доставлен|спроби (будуть|продовж)|` +
		`延[迟遲误誤]|稍[后後](系[统統])?[将將会會]|(尚|[还還])未(能|被|成功)*(投|送|传|傳)|([继繼][续續]|[将將會会](再次|重新))([尝嘗][试試]|投[递遞])|遅延|遅れて|再(送信?|試行|配信)(します|を行います|を試みます)|지연|(다시 시도|재시도)(합니다|할 예정|됩니다|될 )`)
	// maybeDelayed says the same, or asks its reader to try again, or to do what was not done yet.
	maybeDelayed = lazy.Regexp(`(?i)nouve(l|lle|aux|lles) (essais?|tentatives?)|(aún|todavía) no|non ancora|ancora non|nuov[oi] tentativ|ainda não|novas? tentativas?|nog niet|nieuwe poging|opnieuw prob|` +
		`ännu inte|nya? försök|(endnu|ennå|enda) ikke|nye? forsøk|nye? forsøg|ei ole vielä|jeszcze nie|kolejn\pL+ prób|(ještě|zatím|zatiaľ) ne|(další|ďalší) pokus|még nem|újra (meg)?próbál|további kísérlet|henüz|` +
		`(пока|ещё|еще) не|повторн\pL+ попыт|(поки|ще) не|повторн\pL+ спроб|尚未|[还還]未|稍[后後]|まだ|再(送信?|試行|配信)(を試|を行)|아직|다시 시도|재시도`)
	// permanent is what says that it does not.
	permanent = lazy.Regexp(`(?i)permanent|giving up|given up|fatal|could not be delivered|was not delivered|` +
		`endgültig|nicht (erneut|weiter|wieder) versuch|keine? (weitere|neue)\pL* (\pL+)?versuch|aucune? (nouve|autre)\pL* (essai|tentative)|définitiv|no se (volverá|reintentar|realizar)|no (se )?\pL+ (más|nuevos) intentos|definitiv|` +
		`окончательн|больше не (буд|предприн)|попыт\pL+ (\pL+ )?не (буд|предприн)|最[终終]|永久|不(会|會|再)(再|重|继续|繼續|[尝嘗][试試]|投[递遞]|[发發]送)|再(送信?|試行|配信)[^。\n]{0,8}(しません|行いません|行われません|されません)|(다시 시도|재시도)하지 않`)

	statementEnd = lazy.Regexp(`[.:;!?。；！？]|\n\s*\n`)
	// advising are words of a sentence that asks for something or makes a condition.
	advising = lazy.Regexp(`(?i)(?:^|\PL)(?:please|if|bitte|wenn|falls|sofern|veuillez|merci|si (?:vous|votre|ce|le|la|el|los|usted|en|no|aún|todavía)|si l['’]|s['’]ils?|por favor|se (?:o|a|non|não|você)|alstublieft|indien|vänligen|vennligst|venligst|hvis|dersom|jos|mikäli|jeśli|jeżeli|proszę|pokud|prosím|kérjük|eğer|lütfen|если|пожалуйста|якщо|будь ласка)(?:\PL|$)|` +
		`[请請]|如果|如有|若|ください|下さい|場合|십시오|세요|경우|수 있습니다`)
	// waiting are those of a request to be patient.
	waiting = lazy.Regexp(`(?i)wait|patien|gedul|warten|abwarten|esper|pacien|pazien|attend|aguard|wacht|vänta|vent|odota|czeka|cierpliw|čeka|poček|strpen|várj|türelm|bekle|sabır|подожд|ожида|терпен|зачека|等|待|候|기다`)
	// deadline are words of what is to be later.
	deadline = lazy.Regexp(`(?i)(?:^|\PL)(?:after|nach|après|después|tras|dopo|após|na|efter|etter|po|jälkeen|után|sonra|после|через|після)(?:\PL|$)|[后後]|以内|후`)
	// replied is a reply of a server, where other numbers may stand, too.
	replied = lazy.Regexp("(?im)(?:^|[:;<>(\\[#='\"]|said) *5[0-5]\\d[ -]")
)
