package digest_test

import (
	"net/url"
	"strings"
	"testing"

	"roundup/digest"
)

func TestCleanURL(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://mag.example/world/feed.xml")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, raw, want string
	}{
		{"as it is", "https://mag.example/a/b?x=1&y=2#part", "https://mag.example/a/b?x=1&y=2#part"},
		{"http stays http", "http://mag.example/a", "http://mag.example/a"},
		{"relative to the base", "posts/1", "https://mag.example/world/posts/1"},
		{"rooted", "/posts/1", "https://mag.example/posts/1"},
		{"protocol-relative", "//cdn.example/p.jpg", "https://cdn.example/p.jpg"},
		{"without a scheme, as people write it", "www.e.example/a", "https://www.e.example/a"},
		{"Medium's source", "https://e.example/a?source=rss----12---4", "https://e.example/a"},
		{"tracking dropped, order and spelling kept", "https://e.example/?b=%7e&utm_source=rss&a=2&fbclid=zz", "https://e.example/?b=%7e&a=2"},
		{"only tracking", "https://e.example/a?utm_medium=x&UTM_Campaign=y", "https://e.example/a"},
		{"escaped tracking name", "https://e.example/a?%75tm_source=x", "https://e.example/a"},
		{"a source that is a feed", "https://e.example/a?source=rss&id=4", "https://e.example/a?id=4"},
		{"a source that is content", "https://e.example/a?source=reuters", "https://e.example/a?source=reuters"},
		{"tracking fragment", "https://e.example/a#xtor=RSS-3208", "https://e.example/a"},
		{"ampersand escaped twice", "https://e.example/a?x=1&amp;y=2", "https://e.example/a?x=1&y=2"},
		{"user and password", "https://bank.example:pw@evil.example/x", "https://evil.example/x"},
		{"default port", "https://e.example:443/a", "https://e.example/a"},
		{"other port", "https://e.example:8443/a", "https://e.example:8443/a"},
		{"spaces", "  https://e.example/a b  ", "https://e.example/a%20b"},
		{"broken over lines", "https://e.example/\n\ta", "https://e.example/a"},
		{"stray percent", "https://e.example/100%/a", "https://e.example/100%25/a"},
		{"accents in the path", "https://e.example/café", "https://e.example/caf%C3%A9"},
		{"accents in the query", "https://e.example/?q=café", "https://e.example/?q=caf%C3%A9"},
		{"quotes in the query", `https://e.example/?q="><b>`, "https://e.example/?q=%22%3E%3Cb%3E"},
		{"bidi in the path", "https://e.example/\u202egpj.exe", "https://e.example/%E2%80%AEgpj.exe"},
		{"host in capitals", "HTTPS://E.Example/A", "https://e.example/A"},
		{"host of another script", "https://bücher.example/", "https://xn--bcher-kva.example/"},
		{"host with an underscore", "https://my_blog.example/a", "https://my_blog.example/a"},
		{"host with hyphens in places three and four", "https://r3---sn.example/a", "https://r3---sn.example/a"},
		{"IPv6", "http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"},
		{"byte order mark before", "\ufeffhttps://e.example/a", "https://e.example/a"},
		{"script", "javascript:alert(1)", ""},
		{"script in capitals, broken", " jAva\nscript:alert(1)", ""},
		{"data", "data:text/html,<script>", ""},
		{"vbscript", "vbscript:msgbox", ""},
		{"file", "file:///etc/passwd", ""},
		{"mail", "mailto:a@e.example", ""},
		{"backslashes", `https:\\evil.example\a`, ""},
		{"no host", "https:///a", ""},
		{"opaque", "https:mag.example", ""},
		{"bidi in the host", "https://\u202eelpmaxe.example/", ""},
		{"space in the host", "https://e example/", ""},
		{"zone", "http://[fe80::1%25eth0]/", ""},
		{"control character", "https://e.example/\x00a", ""},
		{"too long", "https://e.example/" + strings.Repeat("a", 5000), ""},
		{"too long once escaped", "https://e.example/" + strings.Repeat("é", 900), ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := base
			if tt.raw == "" {
				b = nil
			}
			if got := digest.CleanURL(tt.raw, b); got != tt.want {
				t.Errorf("CleanURL(%q) = %q, want %q", tt.raw, got, tt.want)
			}
		})
	}
	if got := digest.CleanURL("posts/1", nil); got != "" {
		t.Errorf("CleanURL of a relative link without a base = %q, want none", got)
	}
}

func TestCanonicalComparesEqual(t *testing.T) {
	t.Parallel()
	same := [][]string{
		{"https://e.example/a", "http://e.example/a", "https://E.example/a/", "https://e.example:443/a", "http://e.example:80/a#top",
			"https://e.example/a?", "https://e.example/a?utm_source=rss&utm_medium=rss", "https://e.example/%61", "https://e.example/x/../a",
			"https://u:p@e.example/a", "//e.example/a"},
		{"https://e.example", "https://e.example/", "http://e.example/?fbclid=1"},
		{"https://e.example/caf%c3%a9", "https://e.example/café", "https://e.example/caf%C3%A9"},
		{"https://bücher.example/a", "https://xn--bcher-kva.example/a", "https://BÜCHER.example/a"},
		{"https://e.example/?p=1", "https://e.example?p=1&mc_cid=9"},
		{"https://e.example/app#!/story/1", "http://e.example/app/#!/story/1"},
	}
	seen := map[string]int{}
	for group, urls := range same {
		want := digest.Canonical(urls[0])
		if want == "" {
			t.Errorf("Canonical(%q) is empty", urls[0])
		}
		if other, taken := seen[want]; taken {
			t.Errorf("groups %d and %d share %q", other, group, want)
		}
		seen[want] = group
		for _, u := range urls[1:] {
			if got := digest.Canonical(u); got != want {
				t.Errorf("Canonical(%q) = %q, want %q as of %q", u, got, want, urls[0])
			}
		}
	}
	differ := []string{"https://e.example/a", "https://www.e.example/a", "https://e.example/A", "https://e.example/a?x=1&y=2",
		"https://e.example/a?y=2&x=1", "https://e.example:8080/a", "https://e.example/a%2Fb", "https://e.example/a/b"}
	keys := map[string]string{}
	for _, u := range differ {
		key := digest.Canonical(u)
		if other, taken := keys[key]; taken {
			t.Errorf("Canonical(%q) = Canonical(%q) = %q", u, other, key)
		}
		keys[key] = u
	}
	for _, u := range []string{"", "javascript:alert(1)", "posts/1", "urn:uuid:1", "mailto:a@b.example"} {
		if got := digest.Canonical(u); got != "" {
			t.Errorf("Canonical(%q) = %q, want none", u, got)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"https://e.example/a?utm_source=x#!y", "//e.example", "posts/1", "javascript:alert(1)", "https://bücher.example/%zz?é",
		"http://[::1]:80/", "https://e.example/a/../%2e%2E/b", "HTTP://1.2.3.4:65536/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		link, key := digest.CleanURL(raw, nil), digest.Canonical(raw)
		if link == "" {
			return
		}
		if !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") {
			t.Fatalf("CleanURL(%q) = %q: not http", raw, link)
		}
		if again := digest.CleanURL(link, nil); again != link {
			t.Fatalf("CleanURL(%q) = %q, and of that %q", raw, link, again)
		}
		if again := digest.Canonical(link); again != key {
			t.Fatalf("Canonical(%q) = %q, of its clean form %q", raw, key, again)
		}
	})
}
