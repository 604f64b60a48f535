package simulator_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"cunwu/wechat/simulator"
)

// tryUpload uploads a file and gives the answer.
func (w *world) tryUpload(appID, kind, name string, body []byte) map[string]any {
	w.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("media", name)
	w.must(err)
	_, err = part.Write(body)
	w.must(err)
	w.must(writer.Close())
	address := w.api.URL + "/cgi-bin/media/upload?type=" + kind + "&access_token=" + url.QueryEscape(w.token(appID))
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, address, &form)
	w.must(err)
	r.Header.Set("Content-Type", writer.FormDataContentType())
	answer, err := http.DefaultClient.Do(r)
	w.must(err)
	defer answer.Body.Close()
	return decoded(w, answer.Body)
}

func (w *world) upload(appID, kind, name string, body []byte) string {
	w.Helper()
	answer := w.tryUpload(appID, kind, name, body)
	id, _ := answer["media_id"].(string)
	if id == "" {
		w.Fatalf("upload: %v", answer)
	}
	return id
}

func TestUpload(t *testing.T) {
	w := newWorld(t, setup{})
	for _, tc := range []struct {
		kind, name string
		body       []byte
		want       int
	}{
		{"image", "a.jpg", simulator.SamplePicture(), 0},
		{"image", "a.png", simulator.SampleScreenshot(), 0},
		{"voice", "a.amr", simulator.SampleVoice(2), 0},
		{"document", "a.pdf", []byte("%PDF"), 40004},
		{"image", "a.bmp", []byte("BM"), 40005},
		{"image", "a.png", simulator.SamplePicture(), 40005},
		{"voice", "a.amr", []byte("nonsense"), 40005},
		{"image", "a.jpg", nil, 40006},
		{"voice", "a.amr", append(simulator.SampleVoice(1), make([]byte, 2<<20)...), 40006},
	} {
		if got := w.tryUpload(oaID, tc.kind, tc.name, tc.body); errcode(got) != tc.want {
			t.Errorf("%s %s: %v, want %d", tc.kind, tc.name, got, tc.want)
		}
	}
	w.expect(w.call("POST", "cgi-bin/media/upload", url.Values{"type": {"image"}, "access_token": {w.token(oaID)}}, "no form"), 41005)
}

func TestMediaOfPhones(t *testing.T) {
	w := newWorld(t, setup{})
	w.follow("wang")
	voice := simulator.SampleVoice(3)
	_, err := w.sim.SendVoice(w.ctx, oaID, "wang", voice, "amr")
	w.must(err)
	id := w.program.last().MediaID
	for _, path := range []string{"cgi-bin/media/get", "cgi-bin/media/get/jssdk"} {
		got := w.get(oaID, path, url.Values{"media_id": {id}})
		if body, _ := got["raw"].([]byte); !bytes.Equal(body, voice) || got["type"] != "audio/amr" || !strings.Contains(got["disposition"].(string), ".amr") {
			t.Errorf("%s: %v %v", path, got["type"], got["disposition"])
		}
	}
	_, err = w.sim.SendPicture(w.ctx, oaID, "wang", simulator.SamplePicture())
	w.must(err)
	picture := w.program.last()
	if got := w.get(oaID, "cgi-bin/media/get", url.Values{"media_id": {picture.MediaID}}); picture.MsgType != "image" || got["type"] != "image/jpeg" {
		t.Errorf("picture: %+v %v", picture, got["type"])
	}
	w.expect(w.get(miniID, "cgi-bin/media/get", url.Values{"media_id": {id}}), 40007)
	w.sim.Advance(72*time.Hour - time.Second)
	w.expect(w.get(oaID, "cgi-bin/media/get", url.Values{"media_id": {id}}), 0)
	w.sim.Advance(time.Second)
	w.expect(w.get(oaID, "cgi-bin/media/get", url.Values{"media_id": {id}}), 40007)
}
