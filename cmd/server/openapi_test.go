package main

import (
	"context"
	"encoding/json"
	"testing"
)

// The document needs no settings and no database, and nothing else is printed with it.
func TestTheDocumentIsPrinted(t *testing.T) {
	out, complaints := &screen{}, &screen{}
	code := run(context.Background(), []string{"openapi"}, world{out: out, err: complaints, getenv: func(string) string { return "" }, environ: func() []string { return nil }})
	var document struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(out.String()), &document); err != nil || code != 0 || complaints.String() != "" {
		t.Fatalf("ended with %d: %v %s", code, err, complaints)
	}
	if document.OpenAPI == "" || document.Paths["/login"] == nil || document.Paths["/polls/{id}/ballots"] == nil {
		t.Errorf("OpenAPI %q with %d paths", document.OpenAPI, len(document.Paths))
	}
}
