package digest

import (
	"net/url"
	"slices"
	"strings"
)

// trackingPrefixes begin parameters that say where a click came from and never
// what is shown: Google, AT Internet, Matomo, BBC, HubSpot, Olytics, Adobe.
var trackingPrefixes = []string{
	"utm_", "at_", "pk_", "piwik_", "mtm_", "matomo_", "ns_", "hsa_", "oly_", "bsft_", "trk_", "fb_action_", "guce_",
	"stm_", "itm_",
}

// trackingNames are single parameters of that kind, in lower case.
var trackingNames = []string{
	"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "ttclid", "yclid", "li_fat_id",
	"igshid", "igsh", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking", "hss_channel",
	"mkt_tok", "vero_id", "vero_conv", "wickedid", "ml_subscriber", "ml_subscriber_hash", "ck_subscriber_id", "rb_clickid",
	"s_cid", "sc_cid", "ncid", "icid", "ocid", "cmpid", "cmp", "ftag", "smid", "emc", "xtor", "wt_mc", "wtmc", "wt.mc_id",
	"_ga", "_gl", "_ke", "_kx", "epik", "srsltid", "ref_src", "ref_url", "fb_source", "fb_ref", "action_object_map",
	"_branch_match_id", "guccounter", "__twitter_impression", "gdfms", "gdftrk", "gdffi",
}

// originNames are parameters that only sometimes track: dropped when their
// value says that the click came from a feed or a mail.
var originNames = []string{"ref", "source", "src", "from", "via", "partner", "campaign", "medium", "feed"}

var originValues = []string{"rss", "rss_feed", "rssfeed", "feed", "atom", "newsletter", "email"}

// withoutTracking returns the query without its tracking parameters; what
// stays, stays exactly as written and in its order.
func withoutTracking(query string) string {
	if query == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for _, pair := range strings.Split(query, "&") {
		if pair == "" || tracks(pair) {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}

func tracks(pair string) bool {
	name, value, _ := strings.Cut(pair, "=")
	if decoded, err := url.QueryUnescape(name); err == nil {
		name = decoded
	}
	name = strings.ToLower(name)
	for _, prefix := range trackingPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	if slices.Contains(trackingNames, name) {
		return true
	}
	value = strings.ToLower(value)
	return slices.Contains(originNames, name) && (slices.Contains(originValues, value) || strings.HasPrefix(value, "rss--")) // Medium's
}

// trackingFragment reports a fragment that only tracks: "#xtor=RSS-3",
// "#utm_source=rss".
func trackingFragment(fragment string) bool {
	name, _, pair := strings.Cut(fragment, "=")
	return pair && tracks(name) || fragment == "rss"
}
