package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

const (
	oaID   = "wx1111111111111111"
	miniID = "wx2222222222222222"
	aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// world is a platform, a program that receives its callbacks, and a clock.
type world struct {
	*testing.T
	sim     *simulator.Simulator
	api     *httptest.Server
	program *program
	ctx     context.Context
}

type setup struct {
	timing   simulator.Timing
	json     bool
	plain    bool
	separate bool
	option   func(*simulator.Options)
}

func newWorld(t *testing.T, in setup) *world {
	t.Helper()
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))
	if in.timing.Event == 0 {
		in.timing.Event = time.Millisecond
	}
	key := aesKey
	if in.plain {
		key = ""
	}
	options := simulator.Options{
		Accounts: []simulator.Account{
			{AppID: oaID, Secret: "oa-secret", Token: "oatoken", AESKey: key, Kind: simulator.KindOfficial, Name: "云溪村", JSON: in.json, Separate: in.separate},
			{AppID: miniID, Secret: "mini-secret", Token: "minitoken", AESKey: key, Kind: simulator.KindMini, Name: "云溪村务", JSON: in.json, Separate: in.separate, Pages: []string{"pages/case/case"}},
		},
		Now: func() time.Time { return start }, Timing: in.timing,
	}
	if in.option != nil {
		in.option(&options)
	}
	w := &world{T: t, sim: simulator.New(options), program: newProgram(t, in)}
	w.api = httptest.NewServer(w.sim.API())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	w.ctx = ctx
	t.Cleanup(func() {
		cancel()
		w.sim.Close()
		w.api.Close()
		w.program.server.Close()
	})
	w.sim.SetCallback(oaID, w.program.server.URL+"/wechat/oa/"+oaID)
	w.sim.SetCallback(miniID, w.program.server.URL+"/wechat/mini/"+miniID)
	w.sim.AddPerson(simulator.Person{Key: "wang", Name: "王秀英", Note: "村民·在家", Phone: "13800000001"})
	w.sim.AddPerson(simulator.Person{Key: "zhang", Name: "张明", Note: "村支书"})
	return w
}

// call calls the API and gives the decoded answer, or under "raw" one that isn't JSON.
func (w *world) call(method, path string, query url.Values, body any) map[string]any {
	w.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		w.must(err)
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(w.ctx, method, w.api.URL+"/"+path+"?"+query.Encode(), reader)
	w.must(err)
	answer, err := http.DefaultClient.Do(r)
	w.must(err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	w.must(err)
	out := map[string]any{}
	if json.Unmarshal(raw, &out) != nil {
		out["raw"], out["type"], out["disposition"] = raw, answer.Header.Get("Content-Type"), answer.Header.Get("Content-Disposition")
	}
	return out
}

func errcode(answer map[string]any) int {
	code, _ := answer["errcode"].(float64)
	return int(code)
}

// token is a fresh access token of the account.
func (w *world) token(appID string) string {
	w.Helper()
	secret := "oa-secret"
	if appID == miniID {
		secret = "mini-secret"
	}
	answer := w.call("POST", "cgi-bin/stable_token", nil, map[string]any{"grant_type": "client_credential", "appid": appID, "secret": secret})
	value, _ := answer["access_token"].(string)
	if value == "" {
		w.Fatalf("no token: %v", answer)
	}
	return value
}

// post calls a path of the account with its token.
func (w *world) post(appID, path string, body any) map[string]any {
	w.Helper()
	return w.call("POST", path, url.Values{"access_token": {w.token(appID)}}, body)
}

func (w *world) get(appID, path string, query url.Values) map[string]any {
	w.Helper()
	if query == nil {
		query = url.Values{}
	}
	query.Set("access_token", w.token(appID))
	return w.call("GET", path, query, nil)
}

// expect fails when an answer hasn't the errcode.
func (w *world) expect(answer map[string]any, code int) {
	w.Helper()
	if errcode(answer) != code {
		w.Errorf("answer %v, want errcode %d", answer, code)
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) follow(people ...string) {
	w.Helper()
	for _, p := range people {
		w.must(w.sim.SetFollowing(oaID, p, true))
	}
}

// text is the body of a customer-service text.
func (w *world) text(appID, person, words string) map[string]any {
	return map[string]any{"touser": w.sim.OpenID(appID, person), "msgtype": "text", "text": map[string]any{"content": words}}
}

func decoded(w *world, from io.Reader) map[string]any {
	w.Helper()
	out := map[string]any{}
	w.must(json.NewDecoder(from).Decode(&out))
	return out
}

func newShort(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, 30*time.Millisecond)
}
