package main

import (
	"fmt"

	"cunwu/handler/api"
)

type openapiCommand struct{}

// Run prints the document of the JSON API, which needs no database and no settings: clients make
// their types from it.
func (openapiCommand) Run(w world) error {
	document, err := api.Document()
	if err != nil {
		return err
	}
	fmt.Fprintln(w.out, string(document))
	return nil
}
