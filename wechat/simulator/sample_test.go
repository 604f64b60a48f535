package simulator

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"testing"

	goexif "github.com/rwcarlsen/goexif/exif"
)

func TestSampleVoice(t *testing.T) {
	for _, n := range []int{1, 4, 60} {
		body := SampleVoice(n)
		if len(body) != 6+n*50*32 || voiceSeconds(body) != n {
			t.Errorf("%d s: %d bytes, %d s", n, len(body), voiceSeconds(body))
		}
	}
}

func TestSamplePictures(t *testing.T) {
	photo := SamplePicture()
	img, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil || img.Bounds().Dx() != 640 {
		t.Fatalf("photo: %v", err)
	}
	meta, err := goexif.Decode(bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	lat, long, err := meta.LatLong()
	if err != nil || lat < 29.79 || lat > 29.8 || long < 119.69 || long > 119.7 {
		t.Errorf("place %v %v %v", lat, long, err)
	}
	if model, err := meta.Get(goexif.Model); err != nil || model.String() != `"PHONE-1"` {
		t.Errorf("model %v %v", model, err)
	}
	if _, err := meta.DateTime(); err != nil {
		t.Error(err)
	}
	if _, err := png.Decode(bytes.NewReader(SampleScreenshot())); err != nil {
		t.Error(err)
	}
}

func TestParts(t *testing.T) {
	got := parts(`看<a href="https://a.cn/x">公示</a>，或 http://b.cn/y。回<a href="weixin://bizmsgmenu?msgmenucontent=%E8%A7%A3%E5%86%B3&amp;msgmenuid=1">解决</a><a href="javascript:x">坏</a>`)
	want := []part{
		{Text: "看"}, {Text: "公示", URL: "https://a.cn/x"}, {Text: "，或 "}, {Text: "http://b.cn/y", URL: "http://b.cn/y"}, {Text: "。回"},
		{Text: "解决", MenuID: "1", Tap: "解决"}, {Text: "坏"},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %+v, want %+v", i, got[i], want[i])
		}
	}
}
