package feeds_test

import (
	"regexp"
	"testing"

	"roundup/digest/feeds"
)

func TestRepublished(t *testing.T) {
	t.Parallel()
	notes := []string{
		"Republished with permission from The Geopolitical Monitor.",
		"This article is republished from The Conversation under a Creative Commons license. Read the original article.",
		"This article first appeared in Foreign Notes.",
		"This piece was originally published by Project X on 3 March.",
		"Originally published in The Atlantic Weekly.",
		"First published on Substack.",
		"A version of this essay appeared in print.",
		"A longer version of this article was first published by LSE Blogs.",
		"The essay first appeared in the London Paper.",
		"This op-ed originally ran in the Herald.",
		"Reprinted by kind permission of the author.",
		"Cross-posted from Just Law.",
		"This story was first published by Grist.",
		"Syndicated by Project Y.",
		"This story was produced by Grist and co-published with The Mag.",
		"© 2026 The Other. Used by permission.",
		"Dieser Artikel erschien zuerst bei Correctiv.",
		"Zuerst erschienen in der taz.",
		"Cet article a été initialement publié par The Conversation.",
		"Este artículo se publicó originalmente en El País.",
		"Este artigo foi publicado originalmente na Piauí.",
		"Questo articolo è stato pubblicato per la prima volta da Internazionale.",
		"Dit artikel verscheen eerder in De Groene.",
		"Used with permission of the author.",
		"Text © 2026 The Other, used with permission.",
		"With the kind permission of The Other.",
		"This essay appears with the permission of the author.",
		"Co-published with The Other.",
		"Dieser Beitrag ist zuerst auf netzpolitik.org erschienen.",
		"Dieser Text wurde am 3. März 2026 von Correctiv veröffentlicht.",
		"Ursprünglich veröffentlicht am 3. März 2026 bei Correctiv.",
		"Zuerst erschienen: taz",
		"Dieser Artikel erschien am 3. März 2026 in der taz.",
		"Cette tribune a été publiée dans Le Monde.",
		"Cet article est republié à partir de The Conversation sous licence Creative Commons.",
		"Cet entretien est paru le 3 mars dans Le Monde.",
		"Este texto apareció por primera vez en Letras Libres.",
		"Este texto foi publicado primeiro pela Agência Pública.",
		"Quest’articolo è uscito su Doppiozero.",
		"Questa intervista è apparsa nel 2020 su Doppiozero.",
		"Dit stuk is eerder op De Correspondent verschenen.",
	}
	for _, note := range notes {
		t.Run(note, func(t *testing.T) {
			t.Parallel()
			if got := body(t, "<p>The text is here.</p><p>More of it.</p><p><em>"+note+"</em></p>"); got.Republished != note || got.Summary != "The text is here. More of it." {
				t.Errorf("as the last paragraph: note %q, summary %q", got.Republished, got.Summary)
			}
			if got := body(t, "<p>"+note+"</p><p>The text is here.</p>"); got.Republished != note || got.Summary != "The text is here." {
				t.Errorf("as the first paragraph: note %q, summary %q", got.Republished, got.Summary)
			}
			if got := body(t, "<p>The text.</p><p>"+note+"</p><p>The end.</p>"); got.Republished != "" {
				t.Errorf("in the middle: note %q", got.Republished)
			}
		})
	}
	for _, text := range []string{
		"The virus first appeared in 1918.",
		"The report was published on Tuesday by the UN.",
		"The report, first published in 2019, warned of war.",
		"The book, republished by Penguin this week, still shocks.",
		"The post T appeared first on The Magazine.",
		"Permission to march was refused.",
		"Zuerst war da nur ein Gerücht, und in der Stadt blieb es still.",
		"Le rapport a été publié mardi.",
		"Este libro se publicó en 1999.",
		"The song was used with permission in the film, and the widow never forgave him.",
		"Photos used with permission.",
		"The letters are private. Used with permission, they tell all.",
		"The march went ahead with the permission of the mayor.",
		"The report, co-published with the UN, warned of famine.",
		"Este artículo 155 fue publicado en 1978 y cambió España.",
		"Este artículo nunca fue publicado en España.",
		"Este artículo se publicó en 1978.",
		"Cet article de la constitution, jamais publié au journal officiel, fit scandale.",
		"Cet article n’a jamais été publié dans un journal.",
		"Dieser Text, den die Regierung nie veröffentlicht hat, liegt nun vor.",
		"Dieser Artikel wurde nie in einer Zeitung veröffentlicht.",
		"Dieser Beitrag zur Rente ist in den letzten Jahren gestiegen.",
		"Zuerst erschienen nur wenige, dann kamen alle.",
		"Co-published with care, the two diaries tell one story.",
		"Dieser Text erschien ihm im Traum.",
		"Cet article a été traduit en justice.",
		"Esta nota apareció en su bolsillo.",
		"Este texto apareció en la cárcel.",
		"Questo testo è uscito dalla guerra.",
		"Dit stuk verscheen op geen enkele kaart.",
		"Questo articolo non è mai stato pubblicato in Italia.",
	} {
		if got := body(t, "<p>"+text+"</p><p>More of it.</p>").Republished; got != "" {
			t.Errorf("%q is taken for a note", text)
		}
	}
	trailed := body(t, "<p>Text.</p><p>Originally published in X.</p><p>The post <a href=x>T</a> appeared first on <a href=y>Mag</a>.</p>")
	if trailed.Republished != "Originally published in X." {
		t.Errorf("above a trailer: note %q", trailed.Republished)
	}
	const rights = "Republished with permission of The Other"
	for _, doc := range []string{
		rss("<item><title>T</title><dc:rights>" + rights + "</dc:rights></item>"),
		rss("<item><title>T</title><media:copyright>" + rights + "</media:copyright></item>"),
		atom("<entry><title>T</title><rights>" + rights + "</rights></entry>"),
	} {
		if got := only(t, doc).Republished; got != rights {
			t.Errorf("by its rights: note %q", got)
		}
	}
	for _, rights := range []string{
		"© 2026 The Mag", "All rights reserved. No part of this may be reproduced without the permission of the publisher.",
		"This text may be republished under a Creative Commons licence.", "Content is licensed, and not to be reproduced without permission.",
	} {
		if got := only(t, rss("<item><title>T</title><dc:rights>"+rights+"</dc:rights></item>")).Republished; got != "" {
			t.Errorf("rights taken for a note: %q", got)
		}
	}
	dek := item(t, "<description>"+cdata("<p>A dek.</p><p>Originally published in X.</p>")+"</description>")
	if dek.Republished != "Originally published in X." || dek.Dek != "A dek." {
		t.Errorf("in a description: note %q, dek %q", dek.Republished, dek.Dek)
	}
}

func TestConfiguredPatterns(t *testing.T) {
	t.Parallel()
	doc := rss("<item><title>T</title><content:encoded>" + cdata("<p>Text.</p><p>Zuerst erschienen in: taz</p>") + "</content:encoded></item>")
	f, err := feeds.Parse([]byte(doc), feeds.Meta{Republished: []*regexp.Regexp{regexp.MustCompile(`(?i)^zuerst erschienen`)}})
	if err != nil || len(f.Articles) != 1 || f.Articles[0].Republished != "Zuerst erschienen in: taz" {
		t.Errorf("Parse = %+v, %v", f, err)
	}
}
