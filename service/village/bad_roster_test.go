package village_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"cunwu/model"
	"cunwu/service/village"
)

func TestImportNamesBadRows(t *testing.T) {
	good := person{"张明", "男", 1, "1", "户主"}.line()
	id := idNumber(1, "男")
	change := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	cases := []struct {
		name  string
		lines []string
		want  []string
	}{
		{"check digit", []string{good, change(id, id[:17]+"#")}, []string{"第3行：身份证号校验位不对"}},
		{"17 digits", []string{change(id, id[:17])}, []string{"第2行：身份证号应为18位"}},
		{"no ID number", []string{change(id, "")}, []string{"第2行：身份证号没有填"}},
		{"scientific", []string{change(id, "5.30102E+17")}, []string{"第2行：身份证号被表格当成了数字"}},
		{"digits lost", []string{change(id, "530102194001023000")}, []string{"第2行：身份证号被表格当成了数字"}},
		{"unborn", []string{change(id, checked("53010220990101001"))}, []string{"第2行：身份证号中的出生日期在今天之后"}},
		{"gender", []string{change(",男,", ",女,")}, []string{"第2行：性别与身份证号不符"}},
		{"no gender", []string{change(",男,", ",,")}, []string{"第2行：性别应填"}},
		{"ID number twice", []string{good, good}, []string{"第3行：身份证号与第2行相同"}},
		{"no name", []string{change("张明", "  ")}, []string{"第2行：姓名没有填"}},
		{"long name", []string{change("张明", strings.Repeat("张", 65))}, []string{"第2行：姓名超过64个字"}},
		{"phone", []string{change(phoneNumber(1), "1380000")}, []string{"第2行：手机号应为11位"}},
		{"landline", []string{change(phoneNumber(1), "0871-1234567")}, []string{"第2行：手机号应为11位"}},
		{"standing", []string{change(",本村,本村,", ",县城,本村,")}, []string{"第2行：户籍应填"}},
		{"no household", []string{change(",1,户主", ",,户主")}, []string{"第2行：户号没有填"}},
		{"no relation", []string{change(",1,户主", ",1,")}, []string{"第2行：与户主关系没有填", "户号1没有户主"}},
		{"no head", []string{change("户主", "妻")}, []string{"第2行：户号1没有户主"}},
		{"two heads", []string{good, person{"李华", "男", 2, "1", "户主"}.line()}, []string{"第3行：户号1已有户主（第2行）"}},
		{"two groups", []string{good, strings.Replace(person{"李华", "男", 2, "1", "子"}.line(), "一组", "二组", 1)}, []string{"第3行：村民小组与同户的其他人不一致"}},
		{"a cell too many", []string{good + ",多"}, []string{"第2行：第11列在表头之外"}},
		{"several in one row", []string{strings.Replace(change("张明", ""), "本村", "县城", 1)}, []string{"第2行：姓名没有填；户籍应填“本村”或“外村”"}},
		{"after a blank row", []string{"", ",,", change("张明", "")}, []string{"第4行：姓名没有填"}},
	}
	h := build(t)
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村"})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lines := append([]string{header}, c.lines...)
			files := map[string][]byte{"a.csv": []byte(strings.Join(lines, "\n")), "a.xlsx": excel(t, lines...)}
			for name, content := range files {
				_, err := h.Import(h.ctx, model.Console(), "yunxi", name, bytes.NewReader(content))
				var bad *village.BadRoster
				if !errors.As(err, &bad) || !model.IsCode(err, model.Invalid) {
					t.Fatalf("%s: got %v, want a bad roster", name, err)
				}
				for _, want := range c.want {
					if !strings.Contains(bad.Listing(), want) {
						t.Errorf("%s: %q isn't in %q", name, want, bad.Listing())
					}
				}
			}
			if n := h.count(&model.Villager{}, "1 = 1"); n != 0 {
				t.Errorf("%d people stored from a bad roster", n)
			}
		})
	}
}

// checked completes 17 digits.
func checked(body string) string {
	for _, last := range "0123456789X" {
		if _, err := model.ParseIDNumber(body + string(last)); err == nil {
			return body + string(last)
		}
	}
	return body
}

func TestImportRefusesFiles(t *testing.T) {
	old := append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...)
	short := strings.Replace(header, ",手机号", "", 1)
	cases := []struct {
		name, file string
		content    []byte
		word       string
	}{
		{"nothing", "a.csv", nil, "没有人"},
		{"header only", "a.csv", []byte(header), "没有人"},
		{"old Excel", "a.xls", old, ".xlsx"},
		{"no zip", "a.xlsx", []byte("hello"), "打不开"},
		{"a zip of nothing", "a.xlsx", []byte("PK\x03\x04 and so on"), "打不开"},
		{"UTF-16", "a.csv", []byte("\xff\xfe\xd3\x59\x0d\x54\x0a\x00"), "编码"},
		{"missing column", "a.csv", []byte(short + "\n1"), "表头缺少“手机号”"},
		{"unknown column", "a.csv", []byte(header + ",备注\n1"), "不认识“备注”"},
		{"column twice", "a.csv", []byte(header + ",姓名\n1"), "“姓名”有两列"},
		{"renamed column", "a.csv", []byte(strings.Replace(header, "身份证号", "证件号", 1)), "表头缺少“身份证号”；表头里不认识“证件号”"},
	}
	h := build(t)
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村"})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.Import(h.ctx, model.Console(), "yunxi", c.file, bytes.NewReader(c.content))
			if !model.IsCode(err, model.Invalid) {
				t.Fatalf("got %v", err)
			}
			text := model.AsError(err).Message
			var bad *village.BadRoster
			if errors.As(err, &bad) {
				text = bad.Listing()
			}
			if !strings.Contains(text, c.word) {
				t.Errorf("%q doesn't say %q", text, c.word)
			}
		})
	}
	_, err := h.Import(h.ctx, model.Console(), "yunxi", "a.csv", endless{})
	wantCode(t, err, model.Invalid, "50MB")
	_, err = h.Import(h.ctx, model.Console(), "nowhere", "a.csv", strings.NewReader(header))
	wantCode(t, err, model.Unknown)
	_, err = h.Import(h.ctx, model.Actor{VillageID: "yunxi", VillagerID: "x"}, "yunxi", "a.csv", strings.NewReader(header))
	wantCode(t, err, model.Forbidden)
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestNumbersThatExcelKeepsAsNumbers(t *testing.T) {
	book := excelize.NewFile()
	row := []any{"张明", "男", 530102194001023456.0, 13800000001, 12, "户主", "一组", "本村", "本村", "群众"}
	head := strings.Split(header, ",")
	wantNil(t, book.SetSheetRow("Sheet1", "A1", &head))
	wantNil(t, book.SetSheetRow("Sheet1", "A2", &row))
	row[2] = idNumber(1, "男")
	wantNil(t, book.SetSheetRow("Sheet1", "A4", &row))
	h := build(t)
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村"})
	_, err := h.Import(h.ctx, model.Console(), "yunxi", "a.xlsx", bytes.NewReader(save(t, book)))
	var bad *village.BadRoster
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	if len(bad.Rows) != 2 || bad.Rows[0].Row != 2 || !strings.Contains(bad.Rows[0].Reason, "被表格当成了数字") ||
		bad.Rows[1].Row != 4 || !strings.Contains(bad.Rows[1].Reason, "已有户主") {
		t.Errorf("%s", bad.Listing())
	}
}

func TestManyBadRowsAreCounted(t *testing.T) {
	h := build(t)
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村"})
	lines := []string{header}
	for n := range 103 {
		lines = append(lines, strings.Replace(person{"", "男", n, fmt.Sprint(n), "户主"}.line(), "本村", "城里", 1))
	}
	_, err := h.Import(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(strings.Join(lines, "\n")))
	var bad *village.BadRoster
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	if len(bad.Rows) != 100 || bad.More != 3 || !strings.HasSuffix(bad.Listing(), "还有3行") || !strings.Contains(bad.Error(), "还有3行") {
		t.Errorf("%d rows, %d more: %s", len(bad.Rows), bad.More, bad.Error())
	}
}
