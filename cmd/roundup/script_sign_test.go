package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/rogpeppe/go-internal/testscript"

	"roundup/internal/asjson"
)

// cmdVerified is `verified N FILE`: the Nth mail kept (from 1; negative from the
// end) has one DKIM signature, a good one, by the key that FILE, what
// `dkim-key --json` printed, has the record of.
func cmdVerified(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: verified N FILE")
	}
	var key asjson.DKIMKey
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &key))
	got, err := dkim.VerifyWithOptions(bytes.NewReader(keptMail(ts, args[0])), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			if name != key.Name {
				return nil, fmt.Errorf("no record at %s", name)
			}
			return []string{strings.Join(key.Strings, "")}, nil
		},
	})
	ts.Check(err)
	if len(got) != 1 {
		ts.Fatalf("mail %s has %d signatures", args[0], len(got))
	}
	ts.Check(got[0].Err)
}

// cmdReturnPaths is `returnpaths PATTERN N`: the mails kept have N return paths,
// all of which match.
func cmdReturnPaths(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: returnpaths PATTERN N")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	seen := map[string]bool{}
	for _, m := range sceneOf(ts).mta.Mails() {
		seen[m.From] = true
		if !pattern.MatchString(m.From) {
			ts.Fatalf("return path %s does not match %s", m.From, args[0])
		}
	}
	if strconv.Itoa(len(seen)) != args[1] {
		ts.Fatalf("%d return paths, want %s", len(seen), args[1])
	}
}
