package app

import (
	"bufio"

	"roundup/cmd/roundup/terminal"
)

// Yes reads an answer; anything but yes is no.
func (a *App) Yes() bool {
	line, err := bufio.NewReader(a.In).ReadString('\n')
	if err != nil && line == "" {
		return false // end of input is no answer
	}
	return terminal.IsYes(line)
}
