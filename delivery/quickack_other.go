//go:build !linux

package delivery

// acknowledge is for Linux, where acknowledgements can be asked for.
func (w *wire) acknowledge() {}
