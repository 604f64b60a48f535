// The client that oapi-codegen makes of /openapi.json, used as somebody would:
// sign in, file a message twice under one key, read it back.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"client/client"
)

func main() {
	ctx := context.Background()
	c, err := client.NewClientWithResponses(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	in, err := c.PostLoginWithResponse(ctx, client.PostLoginJSONRequestBody{Code: os.Args[2]})
	if err != nil || in.JSON200 == nil {
		log.Fatalf("%v %s", err, in.Body)
	}
	signed := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+in.JSON200.Token)
		return nil
	}
	text, key := "路灯坏了", "k1"
	var id string
	for range 2 {
		opened, err := c.PostCasesWithResponse(ctx, &client.PostCasesParams{IdempotencyKey: &key}, client.PostCasesJSONRequestBody{Text: &text}, signed)
		if err != nil || opened.JSON201 == nil {
			log.Fatalf("%v %s", err, opened.Body)
		}
		id = opened.JSON201.Id
	}
	view, err := c.GetCasesIdWithResponse(ctx, id, signed)
	if err != nil || view.JSON200 == nil {
		log.Fatalf("%v %s", err, view.Body)
	}
	missing, err := c.GetCasesIdWithResponse(ctx, id[:len(id)-1]+"x", signed)
	if err != nil || missing.ApplicationproblemJSONDefault == nil {
		log.Fatalf("%v %s", err, missing.Body)
	}
	fmt.Printf("#%d %s %s %s", view.JSON200.Number, view.JSON200.State, view.JSON200.Timeline[0].Text, missing.ApplicationproblemJSONDefault.Code)
}
