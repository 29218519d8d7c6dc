package listfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/subscribers/listfile"
)

// toolExport is a file as another tool writes it.
type toolExport struct {
	name, tool, give string
	want             []string
	warned           bool
}

// toolExports have the headers that the tools write.
func toolExports() []toolExport {
	return []toolExport{
		{
			name: "listmonk", tool: "listmonk", warned: true,
			give: `uuid,email,name,attributes,status,created_at,updated_at
a-1,a@x.org,Ann,"{""city"": ""Bern \""old\""""}",enabled,2024-01-02 03:04:05.678 +0000 UTC,2024
a-2,b@x.org,Bob,{},blocklisted,,
a-3,c@x.org,Cy,{},disabled,,`,
			want: []string{"2 a@x.org Ann active", "3 b@x.org Bob unsubscribed manual", "4 c@x.org Cy unsubscribed"},
		},
		{
			name: "Ghost", tool: "Ghost",
			give: `id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers,gift_id
1,a@x.org,Ann,,true,,,2024-01-02T03:04:05.000Z,,"vip,press",,
2,b@x.org,Bob,,false,,,2024-01-02T03:04:05.000Z,,,,
3,c@x.org,Cy,,,,,2024-01-02T03:04:05.000Z,,,,
4,d@x.org,Di,,true,,,2024-01-02T03:04:05.000Z,2024-05-02T03:04:05.000Z,,,`,
			want: []string{"2 a@x.org Ann active vip|press", "3 b@x.org Bob unsubscribed", "4 c@x.org Cy (the file does not say whether this member gets mail)", "5 d@x.org Di (deleted in Ghost)"},
		},
		{
			name: "Ghost, saved by a spreadsheet in German", tool: "Ghost",
			give: "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at\n1,a@x.org,Ann,,WAHR,,,,\n2,b@x.org,Bob,,FALSCH,,,,\n3,c@x.org,Cy,,NIE,,,,",
			want: []string{"2 a@x.org Ann active", "3 b@x.org Bob unsubscribed", "4 c@x.org Cy (the file does not say whether this member gets mail)"},
		},
		{
			name: "Ghost, oldest", tool: "Ghost",
			give: "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at\n1,a@x.org,Ann,,true,,,,",
			want: []string{"2 a@x.org Ann active"},
		},
		{
			name: "Mailchimp, subscribed", tool: "Mailchimp",
			give: `Email Address,First Name,Last Name,City,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
a@x.org,Ann,Lee,Bern,2,,,2024-01-02 03:04:05,192.0.2.1,,,,,,,,2024-01-02 03:04:05,1,e1,,"""VIP"",""Blog"""`,
			want: []string{"2 a@x.org Ann Lee active VIP|Blog"},
		},
		{
			name: "Mailchimp, LAST_CHANGED empty", tool: "Mailchimp",
			give: `Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
a@x.org,Ann,Lee,2,2024-01-02 03:04:05,,,,,,,1,e1,,
b@x.org,Bob,Lee,2,,,2024-01-02 03:04:05,192.0.2.1,,,,2,e2,,
c@x.org,Cy,,2,,,,,,,,3,e3,,`,
			want: []string{"2 a@x.org Ann Lee active", "3 b@x.org Bob Lee active", "4 c@x.org Cy"}, // of the last it says nothing
		},
		{
			name: "Mailchimp, unsubscribed", tool: "Mailchimp",
			give: `Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS
a@x.org,Ann,Lee,2,,,,,,,,,,,,2024-01-02 03:04:05,,,,,1,e1,,
b@x.org,Bob,Lee,2,,,,,,,,,,,,,,,,,2,e2,,`,
			want: []string{"2 a@x.org Ann Lee unsubscribed", "3 b@x.org Bob Lee unsubscribed"},
		},
		{
			name: "Mailchimp, cleaned", tool: "Mailchimp",
			give: "Email Address,First Name,Last Name,MEMBER_RATING,CC,REGION,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS\na@x.org,Ann,Lee,2,,,2024-01-02 03:04:05,,,1,e1,,",
			want: []string{"2 a@x.org Ann Lee hard_bounce"},
		},
		{
			name: "Mailchimp, put together by hand", tool: "Mailchimp",
			give: "Email Address,LAST_CHANGED,UNSUB_TIME,CLEAN_TIME,LEID,EUID,OPTIN_TIME\na@x.org,2024-01-02,,,1,e1,\nb@x.org,,2024-01-02,,2,e2,\nc@x.org,,,2024-01-02,3,e3,\nd@x.org,,,,4,e4,2024-01-02",
			want: []string{"2 a@x.org active", "3 b@x.org unsubscribed", "4 c@x.org hard_bounce", "5 d@x.org"}, // of the last it says nothing
		},
		{
			name: "MailPoet", tool: "MailPoet",
			give: "\ufeff" + `"Email","First name","Last name","Subscription IP","Subscription time","Confirmation time","Confirmation IP","List status","Global status","Motto","List"
"a@x.org","Ann","Lee","","","","","subscribed","subscribed","say \"hi\", \"you\"","News"
"a@x.org","Ann","Lee","","","","","subscribed","subscribed","","Press"
"b@x.org","Bob \"B\"","Lee","","","","","subscribed","unsubscribed","","News"
"c@x.org","Cy","","","","","","unsubscribed","subscribed","","News"
"d@x.org","Di","","","","","","subscribed","unconfirmed","","News"
"e@x.org","Ed","","","","","","subscribed","bounced","","News"
"f@x.org","Flo","","","","","","subscribed","inactive","","News"`,
			want: []string{
				"2 a@x.org Ann Lee active News", "3 a@x.org Ann Lee active Press", `4 b@x.org Bob "B" Lee unsubscribed News`,
				"5 c@x.org Cy News (left this list in MailPoet)", "6 d@x.org Di pending News", "7 e@x.org Ed hard_bounce News",
				"8 f@x.org Flo News (inactive in MailPoet, which no longer mails this address)",
			},
		},
		{
			name: "Substack, newer", tool: "Substack",
			give: "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\na@x.org,false,,other,false,2024-01-02T03:04:05.000Z,\nb@x.org,true,,other,true,,\nx@deletion-request.substack.com,false,,,false,,",
			want: []string{"2 a@x.org active", "3 b@x.org unsubscribed", "4 x@deletion-request.substack.com (asked Substack to be deleted)"},
		},
		{
			name: "Substack, older", tool: "Substack",
			give: "email,active_subscription,expiry,email_disabled,prefer_digests,created_at\na@x.org,false,,false,false,\n",
			want: []string{"2 a@x.org active"},
		},
		{
			name: "Substack, paid", tool: "Substack",
			give: "email,expiry,email_disabled,prefer_digests,stripe_connected_customer_id,type\na@x.org,,true,false,,\n",
			want: []string{"2 a@x.org unsubscribed"},
		},
		{
			name: "beehiiv", tool: "beehiiv",
			give: "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,Gold,unsubscribed_at,Topic\na@x.org,Ann,Lee,active,free,2024-01-02,,,,\nb@x.org,Bob,,active,free,,,,2024-01-02,\nc@x.org,Cy,,inactive,free,,,,,",
			want: []string{"2 a@x.org Ann Lee active", "3 b@x.org Bob unsubscribed", "4 c@x.org Cy unsubscribed"},
		},
		{
			name: "Keila", tool: "Keila",
			give: "Email,First name,Last name,Data,Status,External ID\na@x.org,Ann,Lee,{},active,\nb@x.org,Bob,,{},unsubscribed,\nc@x.org,Cy,,{},unreachable,",
			want: []string{"2 a@x.org Ann Lee active", "3 b@x.org Bob unsubscribed", "4 c@x.org Cy hard_bounce"},
		},
		{
			name: "Curated", tool: "Curated",
			give: "Email Address,Subscribed at,UTM Source,UTM Medium,UTM Term,UTM Content,UTM Campaign,UTM Last Path,UTM Referrer\na@x.org,2024-01-02 03:04:05 UTC,,,,,,,",
			want: []string{"2 a@x.org active"},
		},
		{
			name: "Buttondown", tool: "Buttondown",
			give: `email,notes,metadata,tags,referrer_url,creation_date,secondary_id,type,source,unsubscription_date
a@x.org,,{},"vip, press",,2024-01-02T03:04:05Z,1,regular,,
b@x.org,,{},,,2024-01-02T03:04:05Z,2,unsubscribed,,2024-02-02T03:04:05Z
c@x.org,,{},,,2024-01-02T03:04:05Z,3,unactivated,,
d@x.org,,{},,,2024-01-02T03:04:05Z,4,undeliverable,,
e@x.org,,{},,,2024-01-02T03:04:05Z,5,complained,,
f@x.org,,{},,,2024-01-02T03:04:05Z,6,premium,,
g@x.org,,{},,,2024-01-02T03:04:05Z,7,odd,,
h@x.org,,{},,,2024-01-02T03:04:05Z,8,past_due,,
i@x.org,,{},,,2024-01-02T03:04:05Z,9,spammy,,
j@x.org,,{},,,2024-01-02T03:04:05Z,10,paused,,`,
			want: []string{
				"2 a@x.org active vip|press", "3 b@x.org unsubscribed", "4 c@x.org pending", "5 d@x.org hard_bounce",
				"6 e@x.org unsubscribed complaint", "7 f@x.org active", `8 g@x.org (its status "odd" is not known)`,
				"9 h@x.org active", "10 i@x.org unsubscribed manual", "11 j@x.org unsubscribed",
			},
		},
	}
}

func TestReadCSVOfOtherTools(t *testing.T) {
	t.Parallel()
	for _, tt := range toolExports() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, comma := range []string{",", ";"} {
				text := tt.give
				if comma == ";" && tt.name != "listmonk" { // saved again by a spreadsheet
					text = resave(text)
				}
				var got []string
				list := open(t, strings.NewReader(text))
				format := list.Format
				for row, reject := range list.Rows() {
					got = append(got, tell(row, reject))
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("with %q (-want +got):\n%s", comma, diff)
				}
				if format.Tool != tt.tool || (len(format.Warnings) > 0) != tt.warned {
					t.Errorf("got format %+v, want tool %s, warned %v", format, tt.tool, tt.warned)
				}
			}
		})
	}
}

// The name of Mailchimp's file tells the subscribed from contacts who never were.
func TestMailchimpFileNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, want string }{
		{"subscribed_email_audience_export_0a1b.csv", "2 a@x.org active"},
		{"nonsubscribed_email_audience_export_0a1b.csv", "2 a@x.org (never subscribed, by Mailchimp's word)"},
		{"list.csv", "2 a@x.org (" + listfile.NoWord + ")"},
	}
	for _, tt := range tests {
		list, err := listfile.OpenCSV(strings.NewReader("Email Address,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID\na@x.org,,,,1,e1\n"), listfile.ReadOptions{Name: tt.file})
		if err != nil {
			t.Fatal(err)
		}
		for row, reject := range list.Rows() {
			if got := tell(row, reject); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.file, got, tt.want)
			}
		}
	}
}

// resave writes the cells of a CSV with semicolons.
func resave(text string) string {
	rows, _, _ := listfile.Records(strings.NewReader(strings.TrimPrefix(text, "\ufeff")), ',', strings.Contains(text, `\"`))
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}
