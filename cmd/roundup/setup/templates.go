package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/digest/letter"
	"roundup/internal/asjson"
	"roundup/templates"
	"roundup/web/readers"
)

func newTemplates(a *app.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "templates",
		Short: "the templates of mail and pages: built-in, of a theme, your own",
		Long: `List the templates the mail and the readers' pages (web/) are made of and where each
comes from, and try them on examples. A file in the folder that the setting ` + "`templates`" + ` names stands in
for the built-in one of its name; docs/templates.md says what a template may print.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return listTemplates(a) },
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "each template and where it comes from",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return listTemplates(a) },
	}
	c.AddCommand(list, newTemplatesExport(a))
	return c
}

func newTemplatesExport(a *app.App) *cobra.Command {
	var theme string
	var force bool
	c := &cobra.Command{
		Use:   "export DIR",
		Short: "write the built-in templates to a folder, to be changed there",
		Long: `Write the templates of the theme in use (digest.theme), or of the one named, to a
folder. Used as they are they make the same mail. Then set ` + "`templates`" + ` to it and change
what you like. Delete the files you leave as they are: the built-in ones stand in for
them, and get better with each release. A file that is there is not written over.`,
		Example: `  roundup templates export mail-templates
  roundup templates export --theme letter mail-templates`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return exportTemplates(a, args[0], theme, force) },
	}
	c.Flags().StringVar(&theme, "theme", "", "the `THEME` to write: "+strings.Join(templates.Themes(), ", ")+"; that of digest.theme without it")
	c.Flags().BoolVar(&force, "force", false, "write over files that are there")
	return c
}

func exportTemplates(a *app.App, dir, theme string, force bool) error {
	if theme == "" {
		var err error
		if theme, err = themeInUse(a); err != nil {
			return err
		}
	}
	files, err := letter.ThemeFiles(theme)
	if err != nil {
		return &words.UsageError{Msg: "--theme: " + err.Error()}
	}
	pages, err := readers.TemplateFiles()
	if err != nil {
		return err
	}
	for name, text := range pages {
		files[config.PagesFolder+"/"+name] = text
	}
	names := slices.Sorted(maps.Keys(files))
	if err := os.MkdirAll(filepath.Join(dir, config.PagesFolder), 0o755); err != nil {
		return fmt.Errorf("templates export: %w", err)
	}
	if there := present(dir, names); len(there) > 0 && !force {
		return &words.HintedError{
			Err:  fmt.Errorf("templates export: %s holds %s already; nothing was written", dir, some(there)),
			Hint: "name another folder, or write over them with --force",
		}
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(files[name]), 0o644); err != nil {
			return fmt.Errorf("templates export: %w", err)
		}
	}
	if a.JSON {
		return a.PrintJSON(asjson.Exported{Dir: dir, Theme: theme, Files: names})
	}
	a.Printf("Wrote the %d templates of the theme %s to %s: %s.\n", len(names), theme, dir, strings.Join(names, ", "))
	a.Printf("Set `templates: %s` in roundup.yaml to use them; delete those you leave as they are.\n", dir)
	return nil
}

// themeInUse is the configured theme; the default one where there is no
// configuration yet.
func themeInUse(a *app.App) (string, error) {
	cfg, err := a.Config()
	switch {
	case err == nil:
		return cfg.Digest.Theme, nil
	case errors.Is(err, config.ErrNoFile) && a.ConfigPath == "":
		return templates.DefaultTheme, nil
	}
	return "", err
}

// present are the names that a folder has already.
func present(dir string, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, err := os.Lstat(filepath.Join(dir, name))
		return errors.Is(err, fs.ErrNotExist)
	})
}

// some names the first few.
func some(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}

func listTemplates(a *app.App) error {
	cfg, err := a.Config()
	if err != nil {
		return err
	}
	theme := cfg.Digest.Theme
	from, err := templateOrigins(cfg)
	if err != nil {
		return err
	}
	t := terminal.NewTable(a.People(), "FILE", "FROM")
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if a.JSON {
			if err := a.PrintJSON(asjson.Template{File: name, From: from[name]}); err != nil {
				return err
			}
			continue
		}
		t.Row(name, from[name])
	}
	if !a.JSON {
		if err := t.Flush(); err != nil {
			return err
		}
	}
	if err := letter.CheckTemplates(theme, ownTemplates(cfg)); err != nil {
		return err
	}
	if own := app.OwnPages(cfg); own != nil {
		return readers.CheckTemplates(own)
	}
	return nil
}

// templateOrigins says where each template comes from.
func templateOrigins(cfg *config.Config) (map[string]string, error) {
	base, err := letter.ThemeFiles(templates.DefaultTheme)
	if err != nil {
		return nil, err
	}
	files, err := letter.ThemeFiles(cfg.Digest.Theme)
	if err != nil {
		return nil, err
	}
	from := map[string]string{}
	for name, source := range files {
		from[name] = cfg.Digest.Theme
		if base[name] == source {
			from[name] = templates.DefaultTheme
		}
	}
	pages, err := readers.TemplateFiles()
	if err != nil {
		return nil, err
	}
	for name := range pages { // of one look in every theme
		from[config.PagesFolder+"/"+name] = templates.DefaultTheme
	}
	if cfg.Templates == "" {
		return from, nil
	}
	own, err := os.ReadDir(cfg.Templates)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, entry := range own {
		if ext := filepath.Ext(entry.Name()); ext == ".html" || ext == ".txt" {
			from[entry.Name()] = filepath.Join(cfg.Templates, entry.Name())
		}
	}
	ownPages, err := filepath.Glob(filepath.Join(cfg.Templates, config.PagesFolder, "*.html"))
	for _, path := range ownPages {
		from[config.PagesFolder+"/"+filepath.Base(path)] = path
	}
	return from, err
}

// ownTemplates is the configured folder; nil for none.
func ownTemplates(cfg *config.Config) fs.FS {
	if cfg.Templates == "" {
		return nil
	}
	return os.DirFS(cfg.Templates)
}
