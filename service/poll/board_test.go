package poll_test

import (
	"bytes"
	"image/png"
	"os"
	"testing"

	"cunwu/model"
	"cunwu/service/paper"
	"cunwu/service/paper/papertest"
)

// The result hangs on the board as a sheet that names nobody, and only once it is
// counted.
func TestAResultForTheBoard(t *testing.T) {
	h := newHouse(t)
	h.villagers("村民", 8)
	h.person("王小草", "301")
	in := h.question()
	in.Title, in.Options, in.MaxChoices = "𠮷祥桥边的路灯装在哪里，由谁来装、什么时候装好？", []string{"村口䶮家门前", "桥头", "学校"}, 2
	ref := h.opened(in)
	_, err := h.Board(h.ctx, h.actor("王小草"), ref, paper.PNG)
	wantCode(t, err, model.TooEarly)
	h.must(ref, "王小草", 1, 2)
	for _, name := range []string{"村民1", "村民2", "村民3", "村民4", "村民5"} {
		h.must(ref, name, 1)
	}
	h.over(ref)
	_, err = h.Board(h.ctx, h.actor("王小草"), ref, paper.PNG)
	wantCode(t, err, model.Away, "中文字体")
	h.Press = paper.New(papertest.Font(t))
	picture, err := h.Board(h.ctx, h.actor("王小草"), ref, paper.PNG)
	h.ok(err)
	if path := os.Getenv("CUNWU_TEST_PAPER"); path != "" { // to look at it
		h.ok(os.WriteFile(path+"/poll.png", picture, 0o600))
	}
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	pdf, err := h.Board(h.ctx, h.actor("王小草"), ref, paper.PDF)
	h.ok(err)
	if path := os.Getenv("CUNWU_TEST_PAPER"); path != "" {
		h.ok(os.WriteFile(path+"/poll.pdf", pdf, 0o600))
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("no PDF: %.20q", pdf)
	}
	_, err = h.Board(h.ctx, h.actor("王小草"), ref, "doc")
	wantCode(t, err, model.Invalid)
	_, err = h.Board(h.ctx, model.Actor{VillageID: "heping", VillagerID: "x"}, ref, paper.PNG)
	wantCode(t, err, model.Unknown)
}
