package main

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-message"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdParts is `parts FILE DIR`: the parts of a mail, decoded, as files in DIR:
// text.txt, mail.html, and pictures by their names. The tree of types is in
// DIR/types, one a line, indented.
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
			if _, params, err = entity.Header.ContentDisposition(); err != nil {
				return err
			}
			types.WriteString(indent + "  " + entity.Header.Get("Content-Disposition") + " " + entity.Header.Get("Content-Id") + "\n")
			name = params["filename"]
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

// cmdPicture is `picture FILE WIDTH HEIGHT`: a JPEG of the size, or a PNG that
// shows through in its middle.
func cmdPicture(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: picture FILE WIDTH HEIGHT")
	}
	width, err := strconv.Atoi(args[1])
	ts.Check(err)
	height, err := strconv.Atoi(args[2])
	ts.Check(err)
	var b bytes.Buffer
	if m := gradient(width, height); strings.HasSuffix(args[0], ".png") {
		m.SetNRGBA(width/2, height/2, color.NRGBA{})
		err = png.Encode(&b, m)
	} else {
		err = jpeg.Encode(&b, m, nil)
	}
	ts.Check(err)
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(args[0])), 0o755))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// gradient is a picture that shrinks well.
func gradient(width, height int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.SetNRGBA(x, y, color.NRGBA{R: uint8(255 * x / width), G: uint8(255 * y / height), B: 128, A: 255})
		}
	}
	return m
}

// cmdSizeOf is `sizeof FILE WIDTH HEIGHT TYPE`: the file is a picture of that
// size and type (jpeg, png).
func cmdSizeOf(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: sizeof FILE WIDTH HEIGHT TYPE")
	}
	head, kind, err := image.DecodeConfig(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if got := []string{strconv.Itoa(head.Width), strconv.Itoa(head.Height), kind}; !slices.Equal(got, args[1:]) {
		ts.Fatalf("%s is %v", args[0], got)
	}
}
