package sample_test

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"roundup/digest/feeds"
	"roundup/internal/sample"
)

func TestFeedHasWhatRealFeedsHave(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	body, err := sample.Feed(now)
	if err != nil {
		t.Fatal(err)
	}
	feed, err := feeds.Parse(body, feeds.Meta{ContentType: "application/rss+xml", URL: sample.Site + "/feed.xml"})
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for _, a := range feed.Articles {
		age := now.Sub(a.Published)
		has["several labels"] = has["several labels"] || len(a.Labels) > 2
		has["two authors"] = has["two authors"] || len(a.Authors) == 2
		has["a credit"] = has["a credit"] || a.Image.Credit != ""
		has["a caption"] = has["a caption"] || a.Image.Caption != ""
		has["an alt text"] = has["an alt text"] || a.Image.Alt != ""
		has["no picture"] = has["no picture"] || a.Image.URL == ""
		has["republished"] = has["republished"] || strings.Contains(a.Republished, "permission")
		has["an update"] = has["an update"] || strings.HasPrefix(a.Title, "UPDATE")
		has["an edited article"] = has["an edited article"] || !a.Updated.IsZero()
		has["no date"] = has["no date"] || a.Published.IsZero()
		has["three weeks"] = has["three weeks"] || (!a.Published.IsZero() && age > 18*24*time.Hour)
		has["no dek"] = has["no dek"] || (a.Dek == "" && a.Summary != "")
	}
	for _, want := range []string{
		"several labels", "two authors", "a credit", "a caption", "an alt text", "no picture", "republished",
		"an update", "an edited article", "no date", "three weeks", "no dek",
	} {
		if !has[want] {
			t.Errorf("the feed has nothing with %s", want)
		}
	}
	if len(feed.Articles) < 24 {
		t.Errorf("got %d articles, want at least 24", len(feed.Articles))
	}
}

func TestPicturesAreThoseTheFeedNames(t *testing.T) {
	t.Parallel()
	pictures, err := sample.Pictures()
	if err != nil {
		t.Fatal(err)
	}
	body, err := sample.Feed(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Count(string(body), "<media:content"); len(pictures) != want || want == 0 {
		t.Fatalf("got %d pictures, want %d", len(pictures), want)
	}
	for _, p := range pictures {
		if _, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG)); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if !strings.Contains(string(body), "/pictures/"+p.Name) {
			t.Errorf("%s is not in the feed", p.Name)
		}
	}
}
