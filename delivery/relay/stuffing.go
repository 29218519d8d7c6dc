package relay

import "bytes"

// stuffed appends a message as it stands after DATA: the dot of each line that
// begins with one is doubled (RFC 5321, 4.5.2), and the last line ends in CRLF.
func stuffed(out, data []byte) []byte {
	end := lineEnd(data)
	for len(data) > 0 {
		if data[0] == '.' {
			out = append(out, '.')
		}
		line := len(data)
		if i := bytes.Index(data, []byte("\n.")); i >= 0 {
			line = i + 1
		}
		out = append(out, data[:line]...)
		data = data[line:]
	}
	return append(out, end...)
}

// lineEnd is what the last line of a message lacks: CRLF or nothing.
func lineEnd(data []byte) string {
	if bytes.HasSuffix(data, []byte("\r\n")) {
		return ""
	}
	return "\r\n"
}
