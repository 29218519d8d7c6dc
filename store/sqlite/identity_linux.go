package sqlite

import (
	"os"

	"golang.org/x/sys/unix"
)

// identity tells an open file from every copy of it, and from a new file that
// was given a removed one's inode: its inode number, and when it was made in
// Unix nanoseconds (0 where the file system doesn't say).
func identity(file *os.File) (inode uint64, born int64, err error) {
	var s unix.Statx_t
	err = unix.Statx(int(file.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_INO|unix.STATX_BTIME, &s)
	if err != nil {
		return 0, 0, &os.PathError{Op: "statx", Path: file.Name(), Err: err}
	}
	if s.Mask&unix.STATX_BTIME != 0 {
		born = s.Btime.Sec*1e9 + int64(s.Btime.Nsec)
	}
	return s.Ino, born, nil
}
