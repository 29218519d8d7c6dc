package asjson

import "roundup/config"

// Setting is a line of `config`.
type Setting struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// SettingOf is a setting's line.
func SettingOf(s config.Setting) Setting { return Setting(s) }

// Version is `version`.
type Version struct {
	Version string `json:"version"`
}
