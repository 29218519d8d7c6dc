package feeds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"roundup/internal/outbound"
)

// ErrNoFile says that a path or glob names no file.
var ErrNoFile = errors.New("no file there")

// filePath is a file, or a glob that names several.
type filePath struct{ *Reader }

// read reads a source by path. Of several files one that fails is a warning as
// long as any can be read.
func (r filePath) read(_ context.Context, s Source) Result {
	paths, err := files(s.Path)
	if err != nil {
		return Result{Err: err}
	}
	var res Result
	var failed []error
	for _, path := range paths {
		feed, n, err := r.openFile(path)
		res.Bytes += n
		if err != nil {
			if path != s.Path {
				err = fmt.Errorf("%s: %w", path, err)
			}
			failed = append(failed, err)
			continue
		}
		res.Title = otherwise(res.Title, feed.Title)
		res.Articles = append(res.Articles, feed.Articles...)
		res.Damaged = res.Damaged || !feed.Whole
		for _, w := range feed.Warnings {
			res.Warnings = append(res.Warnings, inFile(paths, path, w))
		}
	}
	if len(failed) == len(paths) {
		res.Err = errors.Join(failed...)
		return res
	}
	for _, err := range failed {
		res.Damaged = true
		res.Warnings = append(res.Warnings, err.Error())
	}
	return res
}

// inFile names the file in a warning where there are several.
func inFile(paths []string, path, warning string) string {
	if len(paths) == 1 {
		return warning
	}
	return path + ": " + warning
}

// files lists what a path or glob names, sorted. A file whose name has the
// signs of a glob is that file.
func files(path string) ([]string, error) {
	if _, err := os.Stat(path); err == nil {
		return []string{path}, nil
	}
	paths, err := filepath.Glob(path)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoFile, path)
	}
	return paths, nil
}

func (r filePath) openFile(path string) (Feed, int64, error) {
	body, err := readFile(path, r.opts.MaxBytes)
	if err != nil {
		return Feed{}, int64(len(body)), err
	}
	feed, err := r.parse(body, "", "")
	return feed, int64(len(body)), err
}

// readFile reads a plain file of at most maxBytes. A pipe or a device could go
// on for ever, and only opening one may.
func readFile(path string, maxBytes int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, bare(err)
	case info.IsDir():
		return nil, errors.New("this is a folder: name the files in it, as in " + filepath.Join(path, "*.xml"))
	case !info.Mode().IsRegular():
		return nil, errors.New("this is not a plain file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = f.Close() }()
	body, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && int64(len(body)) > maxBytes {
		return nil, outbound.TooLarge(maxBytes)
	}
	return body, err
}

// bare takes the path off an error: which file it is stands before it already.
func bare(err error) error {
	var outer *os.PathError
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
