package sqlite

import (
	"fmt"
	"io/fs"
	"os/user"
	"strconv"
	"syscall"
)

// OwnerError is returned to a program that runs as another user than the
// file's owner, root too: what it created beside the file (the write-ahead
// log, the lock) would shut the owner out.
type OwnerError struct {
	Path  string
	Owner string // the owner's name, or number where it has none
}

func (e *OwnerError) Error() string {
	return fmt.Sprintf("database %q belongs to user %s", e.Path, e.Owner)
}

func checkOwner(path string, info fs.FileInfo, euid int) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) == euid {
		return nil
	}
	owner := strconv.FormatUint(uint64(stat.Uid), 10)
	if u, err := user.LookupId(owner); err == nil {
		owner = u.Username
	} else {
		owner = "#" + owner // as sudo -u takes a number
	}
	return &OwnerError{Path: path, Owner: owner}
}
