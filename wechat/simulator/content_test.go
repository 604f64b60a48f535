package simulator_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

func TestCheckText(t *testing.T) {
	w := newWorld(t, setup{})
	w.sim.SetWords([]string{"赌博"}, []string{"拆迁"})
	body := func(content string) map[string]any {
		return map[string]any{"openid": w.sim.OpenID(miniID, "wang"), "scene": 2, "version": 2, "content": content}
	}
	const path = "wxa/msg_sec_check"
	w.expect(w.post(miniID, path, body("路灯不亮")), 61010)
	w.sim.MiniLoginCode("wang")
	for content, want := range map[string]string{"路灯不亮": "pass", "一起赌博": "risky", "说说拆迁": "review", strings.Repeat("村", 2500): "pass"} {
		got := w.post(miniID, path, body(content))
		result, _ := got["result"].(map[string]any)
		if result["suggest"] != want || got["trace_id"] == "" {
			t.Errorf("%.12q: %v, want %s", content, got, want)
		}
	}
	w.expect(w.post(miniID, path, body(strings.Repeat("村", 2501))), 45002)
	old := body("v1")
	delete(old, "version")
	w.expect(w.post(miniID, path, old), 40129)
	stranger := body("x")
	stranger["openid"] = w.sim.OpenID(oaID, "wang")
	w.expect(w.post(miniID, path, stranger), 40003)
	w.sim.Advance(2*time.Hour + time.Second)
	w.expect(w.post(miniID, path, body("路灯不亮")), 61010)
}

func TestCheckMedia(t *testing.T) {
	w := newWorld(t, setup{option: func(o *simulator.Options) { o.FetchMedia = true }})
	dir := t.TempDir()
	files := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer files.Close()
	for name, colour := range map[string]color.Color{"red": color.RGBA{0xff, 0, 0, 0xff}, "yellow": color.RGBA{0xff, 0xff, 0, 0xff}, "green": color.RGBA{0, 0xff, 0, 0xff}} {
		picture := image.NewRGBA(image.Rect(0, 0, 64, 64))
		draw.Draw(picture, picture.Bounds(), image.NewUniform(colour), image.Point{}, draw.Src)
		var body bytes.Buffer
		if err := jpeg.Encode(&body, picture, nil); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".jpg"), body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.sim.SetWords([]string{"bad"}, nil)
	w.sim.Visit(miniID, "wang")
	check := func(address string) string {
		got := w.post(miniID, "wxa/media_check_async", map[string]any{"openid": w.sim.OpenID(miniID, "wang"), "scene": 1, "version": 2, "media_type": 2, "media_url": address})
		trace, _ := got["trace_id"].(string)
		if trace == "" {
			t.Fatalf("%v", got)
		}
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
			for _, p := range w.program.all() {
				if p.Event == "wxa_media_check" && strings.Contains(p.Plain, trace) {
					return p.Plain
				}
			}
		}
		t.Fatal("no result came")
		return ""
	}
	if plain := check(files.URL + "/?bad"); !strings.Contains(plain, "<suggest><![CDATA[risky]]></suggest>") {
		t.Error(plain)
	}
	for name, want := range map[string]string{"red": "risky", "yellow": "review", "green": "pass"} {
		if plain := check(files.URL + "/" + name + ".jpg"); !strings.Contains(plain, "<suggest><![CDATA["+want+"]]></suggest>") {
			t.Errorf("%s: %s", name, plain)
		}
	}
	if plain := check(files.URL + "/"); !strings.Contains(plain, "<suggest><![CDATA[pass]]></suggest>") {
		t.Error(plain)
	}
	if plain := check(files.URL + "/none.jpg"); !strings.Contains(plain, "<errcode>-1008</errcode>") {
		t.Error(plain)
	}
}
