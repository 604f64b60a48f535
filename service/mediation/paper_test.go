package mediation_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/paper"
	"cunwu/service/paper/papertest"
)

// with gives the room a font.
func (h *hall) with(font string) {
	h.t.Helper()
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	h.must(err)
	rooms := h.mediation.Rooms
	rooms.Press, rooms.Keys = paper.New(font), keys
	h.mediation = mediation.New(h.store, rooms)
}

func TestWithoutAFontThePDFIsRefused(t *testing.T) {
	h := newHall(t)
	ref := h.agreed()
	broken := filepath.Join(t.TempDir(), "font.ttf")
	h.must(os.WriteFile(broken, []byte("not a font"), 0o600))
	for font, says := range map[string]string{"": "没有装中文字体", broken + "x": "打不开", broken: "用不了"} {
		h.with(font)
		_, err := h.mediation.Paper(h.ctx, h.as("王小草"), ref)
		h.refused(err, model.Away, says)
		err = h.mediation.WriteArchive(h.ctx, h.as("周丽"), "yunxi", 2026, io.Discard)
		h.refused(err, model.Away, says)
	}
	h.refused(h.mediation.WriteArchive(h.ctx, h.as("张明"), "yunxi", 2026, io.Discard), model.Forbidden, "权限")
}

func TestTheSealedPaperAndTheYearsArchive(t *testing.T) {
	h := newHall(t)
	h.with(papertest.Font(t))
	ref := h.mediating()
	in := draft()
	in.Content = "𠮷文斌、䶮某作证，双方和好。" + strings.Repeat("约定", 800)
	a, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, in)
	h.must(err)
	_, err = h.mediation.Paper(h.ctx, h.as("王小草"), ref)
	h.refused(err, model.Unknown, "没有生效")
	for _, name := range []string{"王小草", "陈勇", "李调解"} {
		_, err := h.mediation.Sign(h.ctx, h.as(name), ref, a.Hash)
		h.must(err)
	}
	paper, err := h.mediation.Paper(h.ctx, h.as("王小草"), ref)
	h.must(err)
	if !bytes.HasPrefix(paper, []byte("%PDF-")) {
		t.Fatalf("no PDF: %.20q", paper)
	}
	if path := os.Getenv("CUNWU_TEST_PAPER"); path != "" { // to look at it
		h.must(os.WriteFile(path, paper, 0o600))
	}
	_, err = h.mediation.Paper(h.ctx, h.as("张明"), ref)
	h.refused(err, model.Unknown, "没有找到")
	for seq, name := range map[int]string{1: "王小草", 2: "陈勇"} {
		_, err = h.mediation.Performance(h.ctx, h.as(name), ref, seq, true, "")
		h.must(err)
	}
	for range 2 {
		_, err := h.mediation.Withdraw(h.ctx, h.as("陈勇"), h.mediating(), "")
		h.must(err)
	}
	var out bytes.Buffer
	h.must(h.mediation.WriteArchive(h.ctx, h.as("周丽"), "yunxi", 2026, &out))
	files, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	h.must(err)
	var names []string
	for _, f := range files.File {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "1号/卷宗.txt 1号/协议书.pdf 2号/卷宗.txt 3号/卷宗.txt 目录.pdf" {
		t.Errorf("the archive holds %s", got)
	}
	content, err := files.Open("1号/卷宗.txt")
	h.must(err)
	text, err := io.ReadAll(content)
	h.must(err)
	if !strings.Contains(string(text), "排水沟") || !strings.Contains(string(text), "已履行") {
		t.Errorf("the file lacks the facts:\n%s", text)
	}
}

func TestACharacterThatTheFontLacksIsRefused(t *testing.T) {
	h := newHall(t)
	h.with(papertest.Font(t))
	ref := h.mediating()
	in := draft()
	in.Form, in.Content = model.FormOral, "私用字\uE123"
	_, err := h.mediation.WriteAgreement(h.ctx, h.as("李调解"), ref, in)
	h.must(err)
	_, err = h.mediation.Paper(h.ctx, h.as("王小草"), ref)
	h.refused(err, model.Away, "缺字")
}

func TestTheSealFitsOneAgreementOnly(t *testing.T) {
	h := newHall(t)
	h.with("")
	ref := h.agreed()
	v, err := h.mediation.Get(h.ctx, h.as("王小草"), ref)
	h.must(err)
	if ok, err := h.mediation.CheckSeal(h.ctx, v.Dispute, *v.Agreement, "no seal"); err != nil || ok {
		t.Errorf("no seal at all holds: %v", err)
	}
	seal, err := h.mediation.Seal(h.ctx, h.as("王小草"), ref)
	h.must(err)
	if ok, err := h.mediation.CheckSeal(h.ctx, v.Dispute, *v.Agreement, seal); err != nil || !ok {
		t.Errorf("the seal doesn't hold: %v", err)
	}
	forged := *v.Agreement
	forged.Text += "，另付一万元"
	if ok, err := h.mediation.CheckSeal(h.ctx, v.Dispute, forged, seal); err != nil || ok {
		t.Errorf("the seal holds for another text: %v", err)
	}
}
