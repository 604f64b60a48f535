package paper_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/paper"
	"cunwu/service/paper/papertest"
)

func refused(t *testing.T, err error, code model.Code, words string) {
	t.Helper()
	if !model.IsCode(err, code) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want %s: …%s…", err, code, words)
	}
}

func drawn(t *testing.T, p *paper.Press, s paper.Sheet) image.Image {
	t.Helper()
	data, err := p.PNG(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("CUNWU_TEST_PAPER"); path != "" { // to look at it
		_ = os.WriteFile(filepath.Join(path, strings.ReplaceAll(t.Name(), "/", "-")+".png"), data, 0o600)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// inked counts, of every ninth dot of a rectangle in shares of the picture, those
// that aren't white.
func inked(picture image.Image, left, top, right, bottom float64) int {
	b, n := picture.Bounds(), 0
	for y := int(top * float64(b.Dy())); y < int(bottom*float64(b.Dy())); y += 3 {
		for x := int(left * float64(b.Dx())); x < int(right*float64(b.Dx())); x += 3 {
			if r, _, _, _ := picture.At(x, y).RGBA(); r < 0x8000 {
				n++
			}
		}
	}
	return n
}

func TestWithoutAFontNothingIsDrawn(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "font.ttf")
	if err := os.WriteFile(broken, []byte("not a font"), 0o600); err != nil {
		t.Fatal(err)
	}
	presses := map[*paper.Press]string{nil: "没有装中文字体", paper.New(""): "没有装中文字体", paper.New(broken + "x"): "打不开", paper.New(broken): "用不了", paper.New(dir): "打不开"}
	for press, says := range presses {
		refused(t, press.Ready(), model.Away, says)
		for _, form := range []string{paper.PDF, paper.PNG} {
			_, err := press.Draw(context.Background(), paper.Sheet{paper.Text{Text: "村"}}, form)
			refused(t, err, model.Away, says)
		}
	}
	_, err := paper.New(broken).Draw(context.Background(), nil, "doc")
	refused(t, err, model.Invalid, "pdf")
}

// A name's rare characters are really there: the picture has ink where each stands.
// What is never seen doesn't stand in the way, and what the font lacks is refused
// instead of left blank.
func TestRareCharactersAreDrawn(t *testing.T) {
	press := paper.New(papertest.Font(t))
	rare := paper.Sheet{paper.Text{Text: "\u200b𠮷\ufe0f", Size: 100}, paper.Text{Text: "䶮\u0007", Size: 100}, paper.Text{Text: "村", Size: 100}}
	picture := drawn(t, press, rare)
	for i, name := range []string{"𠮷", "䶮", "村"} { // 160 points each, below a margin of 50
		top := (50 + 160*float64(i)) / 842
		if inked(picture, 0.08, top, 0.27, top+160.0/842) < 220 {
			t.Errorf("%s isn't where it should be", name)
		}
	}
	if inked(picture, 0.3, 0, 1, 1) > 0 {
		t.Error("something else is there")
	}
	if pdf, err := press.PDF(context.Background(), rare); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("as a PDF: %v", err)
	}
	for _, form := range []string{paper.PDF, paper.PNG} {
		_, err := press.Draw(context.Background(), paper.Sheet{paper.Bar{Label: "私用字\uE123"}}, form)
		refused(t, err, model.Away, "缺字")
	}
}

func TestLongTextGoesOn(t *testing.T) {
	press := paper.New(papertest.Font(t))
	long := paper.Sheet{paper.Text{Text: strings.Repeat("约定。", 4000)}}
	pdf, err := press.PDF(context.Background(), long)
	if err != nil {
		t.Fatal(err)
	}
	if pages := bytes.Count(pdf, []byte("/Type /Page\n")); pages < 5 {
		t.Errorf("%d pages", pages)
	}
	_, err = press.PNG(context.Background(), long)
	refused(t, err, model.Conflict, "下载PDF")
	odd := paper.Sheet{
		paper.Text{Text: strings.Repeat("0123456789abcdef", 40) + "\n\n" + strings.Repeat("（一）", 60), Size: 20, Align: paper.Right},
		paper.Bar{Label: strings.Repeat("很长的选项", 30), Part: 9, All: 3, Note: strings.Repeat("票", 40)}, paper.Bar{Label: "没有人", All: 0},
		paper.Cells{Texts: []string{strings.Repeat("户", 40), "1"}, Shares: []float64{0.2, 0.8}}, paper.Line{}, paper.Gap(10),
		paper.Code{Text: "https://village.example/v/yunxi/polls/0198", Words: strings.Repeat("扫码", 50)},
	}
	if picture := drawn(t, press, odd); inked(picture, 0, 0, 0.07, 1)+inked(picture, 0.93, 0, 1, 1) > 0 {
		t.Error("something stands in the margin")
	}
}

func TestNothingIsDrawnForWhoeverHasGone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := paper.New(papertest.Font(t)).PNG(ctx, paper.Sheet{}); err == nil {
		t.Error("a caller who has gone is drawn for")
	}
}
