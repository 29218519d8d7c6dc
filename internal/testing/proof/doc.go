// Package proof owns what tests look at the mail with: the sample issues, a real
// Chromium, axe-core, and reference screenshots. Its own tests are the audits of
// every sample: accessibility, markup, mail clients, spam filter, size and looks.
//
// It must not be used outside tests, and nothing it starts reaches further than
// loopback.
//
// Start reading with Samples; browser.go opens Chromium, and each *_test.go is
// one audit.
package proof
