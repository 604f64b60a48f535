package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"

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
