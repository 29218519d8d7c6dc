package reason

// What the words of words.go say in other languages: most systems write theirs in English,
// but a bounce in prose is in its country's. A noun and what is said of it stand within a
// sentence; most of these say it the other way round, too.
const (
	fullAbroad    = `(` + boxAbroad + `)[^.]*(` + isFull + `)`
	unknownAbroad = `(` + readerAbroad + `)[^.]*(` + isUnknown + `)|(` + isUnknown + `)[^.]*(` + readerAbroad + `)|` +
		`adresse.*invalide|no existe|nessun utente|unbekannt|ディレクトリ.*(見つかりません|ありません)|宛先不明|存在しません`
	hostAbroad   = `(` + domainAbroad + `)[^.:]*(` + isUnknown + `)`
	senderAbroad = `(` + oursAbroad + `)[^.:]{0,15}(` + isUnknown + `)`
)

const (
	boxAbroad = `postfach|bo[iî]te|buz[oó]n|casella|caixa|postvak|postbus|brevlåda|postlåda|postkasse|innboks|postilaatik|skrzynk|schránk|postafiók|posta kutusu|` +
		`ящик|скриньк|邮箱|郵箱|信箱|メールボックス|受信箱|容量|메일함|편지함|용량`
	isFull = `\bvoll\b|plein|llen[oa]|pien[ao]|chei[ao]|\bvol\b|\bfull\b|\bfuld\b|täynnä|pełn|przepełnion|přepln|\bpln[áýe]|megtelt|dolu|` +
		`переполнен|заполнен|переповнен|已[满滿]|超出|一杯|いっぱい|満杯|超過|超え|가득|초과`

	readerAbroad = `empfänger|benutzer|adre(?:s|sse|ssat)|postfach|konto|destinataire|utilisateur|compte|bo[iî]te|usu[aá]rio|destinat[aá]rio|direcci[oó]n|buz[oó]n|cuenta|` +
		`utente|indirizzo|casella|endere[çc]o|caixa|ontvanger|gebruiker|geadresseerde|mottagar|modtager|mottaker|användar|bruger|bruker|` +
		`vastaanottaj|käyttäj|osoite|użytkownik|odbiorc|\bkont[oa]|skrzynk|uživatel|používateľ|příjemc|schránk|felhasználó|címzett|postafiók|kullanıcı|alıcı|hesap|` +
		`пользовател|получател|адрес|ящик|аккаунт|користувач|одержувач|отримувач|скриньк|` +
		`用[户戶]|使用者|收件[人者]|地址|邮箱|郵箱|信箱|[帐账帳][号號]|ユーザ|アドレス|宛先|受信者|사용자|수신자|받는 ?사람|주소|계정`
	domainAbroad = `domäne|domain|domínio|dominio|domein|домен|сервер|serveur|servidor|域名|ドメイン|도메인`
	oursAbroad   = `absender|exp[ée]diteur|remitente|mittente|remetente|afzender|avsändar|afsender|nadawc|odes[íi]latel|gönderen|отправител|відправник|发件人|發件人|寄件者|差出人|送信者|발신자|보낸 ?사람`
	isUnknown    = `unbekannt|existiert nicht|nicht (gefunden|bekannt)|inconnu|introuvable|n['’]existe pas|inexistant|desconocid|no existe|ine[sx]istente|no (se ha )?encontrad|` +
		`sconosciut|non esiste|non trovat|desconhecid|não (existe|(foi )?encontrad)|onbekend|bestaat niet|niet gevonden|okän[dt]|uken[dt]|ukjent|(finns|hittades) inte|(findes|finnes|fundet|funnet) ikke|ikke (fundet|funnet)|` +
		`ei löyd|tuntem|ei ole olemassa|nie istnieje|nieznan|nie znaleziono|neexistuje|neznám|nenalezen|ismeretlen|nem (létez|található)|bulunamadı|bilinmeyen|mevcut değil|` +
		`не (существует|найден|зарегистрирован|існує|знайден)|неизвест|невідом|不存在|未找到|找不到|[无無]此|存在しま|見つかりません|존재하지|없는|찾을 수 없`
)
