package readers

import (
	"encoding/json"
	"net/http"
)

// Health is the answer of /healthz.
type Health struct {
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"` // why not; never an address or a secret
}

// healthz says whether the daemon could send: 200, or 503 with why not.
func (r *pages) healthz(w http.ResponseWriter, _ *http.Request) {
	h := r.Health()
	w.Header().Set("Content-Type", "application/json")
	if !h.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err := json.NewEncoder(w).Encode(h); err != nil {
		r.Log.Debug("health not written", "error", err)
	}
}
