package delivery_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"

	"roundup/internal/testing/measure"
)

// Benchmarks that measure processors and memory run each side as a process of
// its own: this program again, in a role.
const roleVariable = "BENCH_ROLE"

// job is what a role is told, as JSON on its command line.
type job struct {
	Address     string   `json:"address"`              // of the sink
	Extensions  []string `json:"extensions,omitempty"` // of the sink
	Connections int      `json:"connections"`
	Messages    int      `json:"messages"`
	Octets      int      `json:"octets,omitempty"` // of a message
	Database    string   `json:"database"`
	Issue       int      `json:"issue"`
	Stop        int      `json:"stop,omitempty"`    // after so many messages; 0 for never
	Profile     string   `json:"profile,omitempty"` // where to write a CPU profile
}

// account is what a role tells at its end, as JSON on its standard output.
type account struct {
	Messages int     `json:"messages"`
	Octets   int     `json:"octets"`
	Seconds  float64 `json:"seconds"`
	CPU      float64 `json:"cpu"` // seconds
	PeakKB   int     `json:"peak_kb"`
	Commits  int     `json:"commits"`
}

func (a account) rate() float64 { return float64(a.Messages) / a.Seconds }

func (a account) String() string {
	return fmt.Sprintf("%7.0f messages/s  %4.0f µs CPU a message  %4d MB at most  %6.0f commits/s",
		a.rate(), a.CPU/float64(a.Messages)*1e6, a.PeakKB/1024, float64(a.Commits)/a.Seconds)
}

// atSink says what each of so many messages cost the sink.
func (a account) atSink(messages int) string {
	return fmt.Sprintf("%3.0f µs of the sink's", a.CPU/float64(max(messages, 1))*1e6)
}

func TestMain(m *testing.M) {
	roles := map[string]func(job) (account, error){"sink": sinkRole, "sender": senderRole, "go-mail": goMailRole}
	if role := roles[os.Getenv(roleVariable)]; role != nil {
		if err := play(role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// play carries a role out and tells what it took.
func play(role func(job) (account, error)) error {
	var j job
	if err := json.Unmarshal([]byte(os.Args[1]), &j); err != nil {
		return err
	}
	if j.Profile != "" {
		f, err := os.Create(j.Profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	before := measure.Spent().Seconds()
	a, err := role(j)
	if err != nil {
		return err
	}
	a.CPU, a.PeakKB = measure.Spent().Seconds()-before, peakKB()
	return json.NewEncoder(os.Stdout).Encode(a)
}

// as is this program in a role.
func as(b *testing.B, role string, j job) *exec.Cmd {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	told, err := json.Marshal(j)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self, string(told))
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// perform runs a role to its end.
func perform(b *testing.B, role string, j job) account {
	b.Helper()
	out, err := as(b, role, j).Output()
	if err != nil {
		b.Fatalf("%s: %v", role, err)
	}
	return accountOf(b, out)
}

func accountOf(b *testing.B, out []byte) (a account) {
	b.Helper()
	if err := json.Unmarshal(out, &a); err != nil {
		b.Fatalf("%v in %q", err, out)
	}
	return a
}

// peakKB is the most memory this process has had resident. The figure of
// getrusage would count its parent's too.
func peakKB() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kb, _ := strconv.Atoi(strings.TrimSpace(line))
	return kb
}
