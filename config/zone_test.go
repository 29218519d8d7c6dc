package config_test

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestZones compares the list that suggestions are made from with the zones there
// are: each of its names is one, and none that the Go distribution has is missing.
func TestZones(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Fields(string(text))
	for _, name := range listed {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("there is no go command")
	}
	all, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = all.Close() }()
	for _, f := range all.File {
		region, place, _ := strings.Cut(f.Name, "/")
		switch region {
		case "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific":
			if place != "" && !strings.HasSuffix(place, "/") && !slices.Contains(listed, f.Name) {
				t.Errorf("%s is missing from zones.txt", f.Name)
			}
		}
	}
}
