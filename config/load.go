package config

import (
	"fmt"
	"net/mail"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // time zones must have names on machines without a database of them

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// Load reads the configuration: the file at path, or with an empty path the
// first there is of ./roundup.yaml, $XDG_CONFIG_HOME/roundup/roundup.yaml and
// /etc/roundup/roundup.yaml; over it what environ says (as os.Environ gives
// it), under it the defaults. Without a file the error is ErrNoFile, or
// ErrUnreadable; mistakes, all there are, come as Problems.
func Load(path string, environ []string) (*Config, error) {
	named, text, err := openFile(path, environ)
	if err != nil {
		return nil, err
	}
	full, err := filepath.Abs(named)
	if err != nil {
		return nil, err
	}
	c := &Config{Path: full, sources: newOrigins(named)}
	d := &document{root: newSchema(), origins: &c.sources}
	written := d.read(text)
	set, wrong := readEnviron(environ, &c.sources)
	if err := c.fill(written, set); err != nil {
		// Everything was checked before: only a mistake in the table comes here.
		return nil, fmt.Errorf("%s: %w", named, err)
	}
	c.warnings = d.warnings
	v := &validator{Config: c, problems: append(d.problems, wrong...)}
	c.complete(v)
	v.validate()
	if len(v.problems) > 0 {
		return nil, v.problems.sorted()
	}
	c.dropUnfilled()
	return c, nil
}

// fill lets viper lay the file over the defaults and the environment over
// both, and decodes the result.
func (c *Config) fill(written, set map[string]any) error {
	v := viper.New()
	for _, k := range keys() {
		if k.fallback != "" && !strings.Contains(k.name, "[]") {
			v.SetDefault(k.name, k.fallback)
		}
	}
	if err := v.MergeConfigMap(written); err != nil {
		return err
	}
	for name, value := range set {
		v.Set(name, value)
	}
	if err := v.UnmarshalExact(c, viper.DecodeHook(mapstructure.DecodeHookFuncType(decode))); err != nil {
		return err
	}
	var err error
	c.Newsletter.Timezone, err = time.LoadLocation(v.GetString("newsletter.timezone"))
	return err
}

// decode makes values of texts where the standard decoding does not.
func decode(_, to reflect.Type, value any) (any, error) {
	text, ok := value.(string)
	if !ok {
		return value, nil
	}
	switch to {
	case reflect.TypeFor[time.Duration]():
		return ParseDuration(text)
	case reflect.TypeFor[time.Time]():
		return time.Parse(time.DateOnly, text)
	case reflect.TypeFor[mail.Address]():
		return parseMailbox(text)
	case reflect.TypeFor[Param]():
		name, value, _ := strings.Cut(text, "=")
		return Param{Name: name, Value: value}, nil
	case reflect.TypeFor[bool]():
		return parseBool(text)
	case reflect.TypeFor[int](), reflect.TypeFor[int64]():
		return strconv.ParseInt(text, 10, 64) // the standard takes 010 for 8
	case reflect.TypeFor[*time.Location]():
		return (*time.Location)(nil), nil // set by fill: a Location must not be copied
	}
	return value, nil
}
