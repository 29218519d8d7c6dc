package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/emersion/go-message"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdParts is `parts FILE DIR`: the parts of a mail, decoded, as files in DIR:
// text.txt, mail.html and, of pictures, their Content-ID. The tree of types is
// in DIR/types, one a line, indented.
func cmdParts(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: parts FILE DIR")
	}
	dir := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(dir, 0o755))
	entity, err := message.Read(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	var types strings.Builder
	ts.Check(writeParts(entity, dir, "", &types))
	ts.Check(os.WriteFile(filepath.Join(dir, "types"), []byte(types.String()), 0o600))
}

func writeParts(entity *message.Entity, dir, indent string, types *strings.Builder) error {
	kind, params, err := entity.Header.ContentType()
	if err != nil {
		return err
	}
	types.WriteString(indent + kind)
	if of := params["type"]; of != "" {
		types.WriteString(" of " + of)
	}
	types.WriteString("\n")
	parts := entity.MultipartReader()
	if parts == nil {
		name := map[string]string{"text/plain": "text.txt", "text/html": "mail.html"}[kind]
		if name == "" {
			name = strings.Trim(entity.Header.Get("Content-Id"), "<>")
		}
		body, err := io.ReadAll(entity.Body)
		if err != nil {
			return err
		}
		if strings.HasPrefix(kind, "text/") {
			body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
		}
		return os.WriteFile(filepath.Join(dir, name), body, 0o600)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := writeParts(part, dir, indent+"  ", types); err != nil {
			return err
		}
	}
}
