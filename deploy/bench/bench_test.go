package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/wechat"
)

func TestMadeUpVillagersHaveValidNumbers(t *testing.T) {
	seen := map[string]bool{}
	for i := range 5000 {
		row := villager(i)
		id, err := model.ParseIDNumber(row[2])
		if err != nil || id.Gender() != row[1] || seen[row[2]] {
			t.Fatalf("%v: %v", row, err)
		}
		seen[row[2]] = true
		if i > 0 && row[0] == secretary {
			t.Fatalf("villager %d is called like the secretary", i)
		}
	}
}

func TestARequestIsOneThatWeChatSends(t *testing.T) {
	p, err := newPlatform()
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(p.request("oBench1", p.text("oBench1", words)))))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	codec, err := wechat.NewCodec(wechat.Account{AppID: appID, Secret: appSecret, Token: token, AESKey: aesKey}, nil)
	if err != nil {
		t.Fatal(err)
	}
	in, err := codec.Decode(r.URL.Query(), body)
	if err != nil || in.OpenID != "oBench1" || in.Text != words {
		t.Fatalf("%+v: %v", in, err)
	}
	sealed, _, err := codec.EncodeReply(in, wechat.Reply{Text: fixedReply})
	if err != nil {
		t.Fatal(err)
	}
	if text, err := p.read(answer{status: http.StatusOK, body: sealed}); err != nil || text != fixedReply {
		t.Fatalf("%q: %v", text, err)
	}
}

func TestAStatementWithoutItsValues(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT * FROM `a` WHERE b = 'it''s' AND c IN (1,2, 3) LIMIT 5":           "SELECT * FROM `a` WHERE b = ? AND c IN (?…) LIMIT ?",
		"INSERT INTO a VALUES ('x\\'',1),('y',2) ON DUPLICATE KEY UPDATE `b`=`b`": "INSERT INTO a VALUES (?…)… ON DUPLICATE KEY UPDATE `b`=`b`",
		"SAVEPOINT p12": "SAVEPOINT p",
	} {
		if got := plain(text); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for want, l := range map[string]line{
		"":         {ratio: 3},
		"≥ 2.00 ✓": {ratio: 2, goal: goal{"≥", 2}},
		"≥ 2.00 ✗": {ratio: 1.99, goal: goal{"≥", 2}},
		"≤ 0.40 ✓": {ratio: 0.4, goal: goal{"≤", 0.4}},
	} {
		if got := l.verdict(); got != want {
			t.Errorf("%+v: %q, want %q", l, got, want)
		}
	}
	if m := median([]sample{{perSecond: 3}, {perSecond: 1}, {perSecond: 2}}, rate); m != 2 {
		t.Errorf("median %v", m)
	}
}

func TestAStreamCountsFromWhenAMessageWasDue(t *testing.T) {
	const stall = 300 * time.Millisecond
	var first sync.Once
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		first.Do(func() { time.Sleep(stall) })
		_, _ = w.Write([]byte("<Encrypt></Encrypt>"))
	}))
	defer door.Close()
	p, err := newPlatform()
	if err != nil {
		t.Fatal(err)
	}
	town := &town{openIDs: openIDs(60)}
	letters, err := town.letters(p, 50)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s := stream{address: door.Listener.Addr().String(), rate: 100}.run(t.Context(), letters)
	if took := time.Since(began); s.answered != 50 || s.failures != 0 || took < 490*time.Millisecond {
		t.Errorf("%v after %v", s, took)
	}
	if s.slowest() < stall || s.p50() > stall {
		t.Errorf("a stall of one: %v", s)
	}
	if _, err := town.letters(p, 61); err == nil {
		t.Error("more letters than villagers")
	}
}

func TestAStreamDeliversUntilItIsHeard(t *testing.T) {
	var asked atomic.Int64
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch asked.Add(1) {
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
		case 2:
			_, _ = w.Write([]byte("success")) // which is no answer to a villager
		default:
			_, _ = w.Write([]byte("<Encrypt></Encrypt>"))
		}
	}))
	defer door.Close()
	s := stream{address: door.Listener.Addr().String(), rate: 100, again: time.Millisecond, most: time.Second}
	p, err := newPlatform()
	if err != nil {
		t.Fatal(err)
	}
	letters, err := (&town{openIDs: openIDs(1)}).letters(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.run(t.Context(), letters); got.answered != 1 || got.repeated != 1 || got.failures != 2 {
		t.Errorf("%+v", got)
	}
}

func TestEachMessageIsDeliveredThrice(t *testing.T) {
	const n, senders = 500, 64
	seen, overlapping := map[int][]int{}, 0
	for at, d := range shuffled(n, senders) {
		seen[d.of] = append(seen[d.of], at)
	}
	for i := range n {
		if len(seen[i]) != copies {
			t.Fatalf("message %d is delivered %d times", i, len(seen[i]))
		}
		if seen[i][1]-seen[i][0] < senders || seen[i][2]-seen[i][1] < senders {
			overlapping++
		}
	}
	if overlapping < n/4 {
		t.Errorf("only %d messages would be delivered twice at once", overlapping)
	}
}

func TestAnExportOfServices(t *testing.T) {
	const text = "export TEST_MYSQL_DSN='test:x@tcp(127.0.0.1:3306)'\nTEST_MYSQL_PORT=3306\n"
	if got := variable(text, "TEST_MYSQL_DSN"); got != "test:x@tcp(127.0.0.1:3306)" {
		t.Error(got)
	}
	if got := variable(text, "TEST_MYSQL_PORT"); got != "" {
		t.Error(got)
	}
}
