package simulator_test

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg"
	"net/url"
	"strings"
	"testing"
	"time"

	goqr "github.com/piglig/go-qr"

	"cunwu/wechat/simulator"
)

func qrBody(action, scene string, id, seconds int) map[string]any {
	inner := map[string]any{}
	if scene != "" {
		inner["scene_str"] = scene
	}
	if id != 0 {
		inner["scene_id"] = id
	}
	return map[string]any{"action_name": action, "expire_seconds": seconds, "action_info": map[string]any{"scene": inner}}
}

func TestQRCodeRules(t *testing.T) {
	w := newWorld(t, setup{})
	for _, tc := range []struct {
		name string
		body map[string]any
		want int
	}{
		{"longest life", qrBody("QR_STR_SCENE", "bind_1", 0, 2_592_000), 0},
		{"too long a life", qrBody("QR_STR_SCENE", "bind_1", 0, 2_592_001), 40053},
		{"permanent", qrBody("QR_LIMIT_STR_SCENE", "door", 0, 0), 0},
		{"64 characters", qrBody("QR_STR_SCENE", strings.Repeat("a", 64), 0, 60), 0},
		{"65 characters", qrBody("QR_STR_SCENE", strings.Repeat("a", 65), 0, 60), 40053},
		{"no scene", qrBody("QR_STR_SCENE", "", 0, 60), 40053},
		{"a number", qrBody("QR_SCENE", "", 7, 60), 0},
		{"no number", qrBody("QR_SCENE", "", 0, 60), 40053},
		{"permanent number too large", qrBody("QR_LIMIT_SCENE", "", 100_001, 0), 40053},
		{"action", qrBody("QR_NONE", "a", 0, 60), 40052},
	} {
		if got := w.post(oaID, "cgi-bin/qrcode/create", tc.body); errcode(got) != tc.want {
			t.Errorf("%s: %v, want %d", tc.name, got, tc.want)
		}
	}
}

func TestQRCodeScan(t *testing.T) {
	w := newWorld(t, setup{})
	made := w.post(oaID, "cgi-bin/qrcode/create", qrBody("QR_STR_SCENE", "bind_12345678", 0, 600))
	ticket, _ := made["ticket"].(string)
	picture := w.call("GET", "cgi-bin/showqrcode", url.Values{"ticket": {ticket}}, nil)
	img, _, err := image.Decode(bytes.NewReader(picture["raw"].([]byte)))
	w.must(err)
	if text, err := goqr.Decode(img); err != nil || text != made["url"] {
		t.Errorf("the picture holds %q (%v), want %q", text, err, made["url"])
	}
	_, err = w.sim.Scan(w.ctx, oaID, "wang", "bind_12345678")
	w.must(err)
	if got := w.program.last(); got.Event != "subscribe" || got.EventKey != "qrscene_bind_12345678" || got.Ticket != ticket {
		t.Errorf("scan by a stranger: %+v", got)
	}
	_, err = w.sim.Scan(w.ctx, oaID, "wang", made["url"].(string))
	w.must(err)
	if got := w.program.last(); got.Event != "SCAN" || got.EventKey != "bind_12345678" {
		t.Errorf("scan by a follower: %+v", got)
	}
	w.sim.Advance(10 * time.Minute)
	if _, err = w.sim.Scan(w.ctx, oaID, "wang", "bind_12345678"); !errors.Is(err, simulator.ErrExpiredCode) {
		t.Errorf("expired code: %v", err)
	}
	if _, err = w.sim.Scan(w.ctx, oaID, "wang", "printed-last-year"); err != nil {
		t.Errorf("a code that was printed before: %v", err)
	}
}

func TestMiniCode(t *testing.T) {
	w := newWorld(t, setup{})
	for _, tc := range []struct {
		scene, page string
		want        int
	}{
		{"c=12", "pages/case/case", 0},
		{"c=12", "", 0},
		{strings.Repeat("a", 32), "pages/case/case", 0},
		{strings.Repeat("a", 33), "pages/case/case", 40169},
		{"", "pages/case/case", 40169},
		{"村", "pages/case/case", 40169},
		{"c=12", "pages/none/none", 41030},
		{"c=12", "/pages/case/case", 41030},
	} {
		got := w.post(miniID, "wxa/getwxacodeunlimit", map[string]any{"scene": tc.scene, "page": tc.page})
		if errcode(got) != tc.want || tc.want == 0 && got["type"] != "image/jpeg" {
			t.Errorf("%q %q: %v, want %d", tc.scene, tc.page, got["errcode"], tc.want)
		}
	}
}

func TestMenuRules(t *testing.T) {
	w := newWorld(t, setup{})
	type m = map[string]any
	click := func(name string) m { return m{"type": "click", "name": name, "key": "K"} }
	many := func(n int) (out []any) {
		for range n {
			out = append(out, click("子"))
		}
		return out
	}
	for _, tc := range []struct {
		name string
		body any
		want int
	}{
		{"three", m{"button": []any{click("一"), click("二"), click("三")}}, 0},
		{"four", m{"button": []any{click("一"), click("二"), click("三"), click("四")}}, 40016},
		{"none", m{"button": []any{}}, 40016},
		{"long name", m{"button": []any{click("我的名字太长了")}}, 40018},
		{"no name", m{"button": []any{click("")}}, 40018},
		{"no key", m{"button": []any{m{"type": "click", "name": "一"}}}, 40019},
		{"no url", m{"button": []any{m{"type": "view", "name": "一"}}}, 40020},
		{"type", m{"button": []any{m{"type": "dance", "name": "一"}}}, 40017},
		{"six below", m{"button": []any{m{"name": "多", "sub_button": many(6)}}}, 40023},
		{"five below", m{"button": []any{m{"name": "多", "sub_button": many(5)}}}, 0},
		{"two levels", m{"button": []any{m{"name": "多", "sub_button": []any{m{"name": "深", "sub_button": many(1)}}}}}, 40022},
		{"long name below", m{"button": []any{m{"name": "多", "sub_button": []any{click(strings.Repeat("长", 21))}}}}, 40025},
		{"escapes", `{"button":[{"type":"click","name":"\u4e00","key":"K"}]}`, 40033},
	} {
		if got := w.post(oaID, "cgi-bin/menu/create", tc.body); errcode(got) != tc.want {
			t.Errorf("%s: %v, want %d", tc.name, got, tc.want)
		}
	}
	if got := w.get(oaID, "cgi-bin/menu/get", nil); got["menu"] == nil {
		t.Errorf("menu/get: %v", got)
	}
	w.expect(w.get(oaID, "cgi-bin/menu/delete", nil), 0)
	w.expect(w.get(oaID, "cgi-bin/menu/get", nil), 46003)
}
