package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFile is the most a configuration file may be, in octets.
const maxFile = 1 << 20

// openFile reads the file of that name, or the first there is in the usual
// places; named is how messages call it.
func openFile(path string, environ []string) (named string, text []byte, err error) {
	if path != "" {
		text, err = readFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("%w: %s does not exist", ErrNoFile, path)
		}
		return path, text, unreadable(err)
	}
	looked := places(environ)
	for _, place := range looked {
		text, err = readFile(place)
		if !errors.Is(err, fs.ErrNotExist) {
			return place, text, unreadable(err)
		}
	}
	return "", nil, fmt.Errorf("%w: looked for %s", ErrNoFile, strings.Join(looked, ", "))
}

func unreadable(err error) error {
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return err
}

// places lists where a configuration file is looked for, in this order.
func places(environ []string) []string {
	found := []string{"roundup.yaml"}
	home := lookup(environ, "XDG_CONFIG_HOME")
	if home == "" {
		if user := lookup(environ, "HOME"); user != "" {
			home = filepath.Join(user, ".config")
		}
	}
	if filepath.IsAbs(home) { // others are to be ignored (XDG Base Directory Specification)
		found = append(found, filepath.Join(home, "roundup", "roundup.yaml"))
	}
	return append(found, filepath.FromSlash("/etc/roundup/roundup.yaml"))
}

func lookup(environ []string, name string) string {
	value := ""
	for _, entry := range environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// readFile reads a file of sane size.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: larger than 1 MiB: this is no configuration", path)
	}
	return text, nil
}
