package disclosure_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"cunwu/model"
	"cunwu/service/disclosure"
)

func read(file io.Reader) (*disclosure.Accounts, error) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, model.Shanghai)
	return disclosure.ReadAccounts(file, from, from.AddDate(0, 1, 0))
}

func header() []any {
	return []any{"日期", "摘要", "类别", "收入", "支出", "收付款人", "审批人", "票据号"}
}

// What villages really send: separators, full-width digits, Chinese dates, blank
// rows, sums, remarks, merged cells.
func TestRealSheetsAreRead(t *testing.T) {
	file := excelize.NewFile()
	rows := [][]any{
		{"云溪村2026年1月财务收支明细表"},
		{"期初余额（元）：", "￥1,000.00", nil, "期末余额：", "１，３３４．５０元"},
		{"日 期", "摘 要", "类别", "收入（元）", "支出（元）", "收（付）款人", "审批人", "发票号码"},
		{"2026年1月3日", "鱼塘承包费", "经营收入", "1,234.50", nil, "李大山", "张明", "A1"},
		{},
		{"1月5日", "修路石子", "公益支出", nil, 600, "建材店", "张明", "A2"},
		{"2026/1/9", "电费", "", 0, "３００", "", "", ""},
		{"合计", nil, nil, "1,234.50", "900.00"},
		{"制表人：赵会", nil, "审核：孙正"},
	}
	for i, row := range rows {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.MergeCell("Sheet1", "A1", "H1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	a, err := read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if a.Opening != 1000_00 || a.Closing != 1334_50 || a.Income != 1234_50 || a.Expense != 900_00 || len(a.Items) != 3 {
		t.Errorf("read %+v", a)
	}
	if got := a.Items[2]; got.Day != "2026-01-09" || got.Income || got.Category != "其他" {
		t.Errorf("third item %+v", got)
	}
}

// One date merged over several rows holds for all of them; a date cell is a
// number of days.
func TestMergedCellsAndExcelDates(t *testing.T) {
	file := excelize.NewFile()
	rows := [][]any{{"期初余额", 0}, header(), {46034, "甲", "收入类", 10}, {nil, "乙", nil, 20}, {"期末余额", 30}}
	for i, row := range rows {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, column := range []string{"A", "C"} {
		if err := file.MergeCell("Sheet1", column+"3", column+"4"); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	a, err := read(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range a.Items {
		if i.Day != "2026-01-12" || i.Category != "收入类" {
			t.Errorf("%+v", i)
		}
	}
}

func TestEveryBadCellIsNamed(t *testing.T) {
	good := []any{"1月3日", "甲", "类", 10}
	for name, tc := range map[string]struct {
		rows [][]any
		want []string
	}{
		"two bad cells":  {[][]any{{"期初余额", "很多"}, header(), good, {"昨天", "乙", "类", 5}, {"期末余额", 10}}, []string{"B1：“很多”不是金额", "A4：“昨天”不是日期"}},
		"negative":       {[][]any{{"期初余额", 0}, header(), {"1月3日", "甲", "类", -10}, {"期末余额", 10}}, []string{"D3：“-10”是负数"}},
		"under a fen":    {[][]any{{"期初余额", 0}, header(), {"1月3日", "甲", "类", "0.001"}, {"期末余额", 10}}, []string{"D3：“0.001”小于一分"}},
		"overflow":       {[][]any{{"期初余额", "92233720368547758.08"}, header(), good, {"期末余额", 10}}, []string{"B1：", "太大"}},
		"huge exponent":  {[][]any{{"期初余额", "1e99"}, header(), good, {"期末余额", 10}}, []string{"B1：", "太大"}},
		"silly exponent": {[][]any{{"期初余额", "1e999999999"}, header(), good, {"期末余额", 10}}, []string{"B1：", "不是金额"}},
		"both":           {[][]any{{"期初余额", 0}, header(), {"1月3日", "甲", "类", 10, 5}, {"期末余额", 10}}, []string{"E3：一行不能又有收入又有支出"}},
		"no amount":      {[][]any{{"期初余额", 0}, header(), {"1月3日", "甲", "类"}, {"期末余额", 10}}, []string{"E3：没有金额"}},
		"other month":    {[][]any{{"期初余额", 0}, header(), {"2月3日", "甲", "类", 10}, {"期末余额", 10}}, []string{"A3：2026年2月3日不在这一期里"}},
		"no such day":    {[][]any{{"期初余额", 0}, header(), {"2026年1月32日", "甲", "类", 10}, {"期末余额", 10}}, []string{"A3：", "不是日期"}},
		"wrong sum":      {[][]any{{"期初余额", 0}, header(), good, {"合计", nil, nil, 11}, {"期末余额", 10}}, []string{"D4：合计写的是11.00，明细加起来是10.00，差1.00"}},
		"not balanced":   {[][]any{{"期初余额", 5}, header(), good, {"期末余额", 16}}, []string{"账不平", "差1.00元"}},
		"no closing":     {[][]any{{"期初余额", 5}, header(), good}, []string{"期末余额"}},
		"twice":          {[][]any{{"期初余额", 5}, {"上期结余", 6}, header(), good, {"期末余额", 15}}, []string{"A2：“上期结余”写了两次"}},
		"wrong template": {[][]any{{"姓名", "电话"}, {"张三", 1}}, []string{"下载模板"}},
		"empty":          {nil, []string{"下载模板"}},
		"long":           {[][]any{{"期初余额", 0}, header(), {"1月3日", strings.Repeat("长", 101), "类", 10}, {"期末余额", 10}}, []string{"B3：超过100个字"}},
	} {
		_, err := read(book(tc.rows))
		if !model.IsCode(err, model.Invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(model.AsError(err).Message, want) {
				t.Errorf("%s: %q doesn't say %q", name, model.AsError(err).Message, want)
			}
		}
	}
}

func TestAFormulaIsNoAmount(t *testing.T) {
	file := excelize.NewFile()
	for i, row := range [][]any{{"期初余额", 0}, header(), {"1月3日", "甲", "类", 10}, {"期末余额", 10}} {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.SetCellFormula("Sheet1", "D3", "=5+5"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, err := read(&b)
	if err == nil || !strings.Contains(err.Error(), "D3：是公式") {
		t.Errorf("%v", err)
	}
}

// packed is an .xlsx of these parts, not checked by anybody.
func packed(t *testing.T, parts map[string]func(w io.Writer)) io.Reader {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 1) })
	for name, write := range parts {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		write(w)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// A bomb of 200 MB is refused, and takes no memory to speak of.
func TestABombIsRefusedInBoundedMemory(t *testing.T) {
	bomb := packed(t, map[string]func(io.Writer){"xl/worksheets/sheet1.xml": func(w io.Writer) {
		block := bytes.Repeat([]byte("<row/>"), 1<<17)
		for written := 0; written < 200<<20; written += len(block) {
			_, _ = w.Write(block)
		}
	}})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := read(bomb)
	runtime.ReadMemStats(&after)
	if !model.IsCode(err, model.Invalid) || !strings.Contains(err.Error(), "太大") {
		t.Errorf("%v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
		t.Errorf("%d MB were allocated", used>>20)
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	macro := packed(t, map[string]func(io.Writer){"xl/vbaProject.bin": func(w io.Writer) { _, _ = w.Write([]byte("x")) }})
	for name, tc := range map[string]struct {
		file io.Reader
		want string
	}{
		"macro":     {macro, "宏"},
		"old excel": {strings.NewReader("\xD0\xCF\x11\xE0 and so on"), "旧版"},
		"text":      {strings.NewReader("日期,摘要"), ".xlsx"},
		"nothing":   {strings.NewReader(""), ".xlsx"},
		"broken":    {strings.NewReader("PK\x03\x04 not really"), ".xlsx"},
		"large":     {io.LimitReader(zeroes{}, 6<<20), "5MB"},
		"no sheet":  {packed(t, map[string]func(io.Writer){"a.xml": func(io.Writer) {}}), ".xlsx"},
	} {
		_, err := read(tc.file)
		if !model.IsCode(err, model.Invalid) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { return len(b), nil }

// Whatever accounts a village has, the template's shape carries them there and
// back to the fen.
func TestAccountsSurviveTheFile(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		opening := rapid.Int64Range(-1e9, 1e12).Draw(r, "opening")
		rows := [][]any{{"期初余额", yuan(opening)}, header()}
		closing := opening
		amounts := rapid.SliceOfN(rapid.Int64Range(1, 1e11), 0, 12).Draw(r, "amounts")
		for i, amount := range amounts {
			if i%2 == 0 {
				rows, closing = append(rows, []any{"1月3日", "甲", "类", yuan(amount), nil}), closing+amount
			} else {
				rows, closing = append(rows, []any{"1月4日", "乙", "类", nil, float64(amount) / 100}), closing-amount
			}
		}
		rows = append(rows, []any{"期末余额", yuan(closing)})
		a, err := read(book(rows))
		if err != nil {
			r.Fatal(err)
		}
		if a.Opening != opening || a.Closing != closing || len(a.Items) != len(amounts) || a.Opening+a.Income-a.Expense != a.Closing {
			r.Fatalf("%+v", a)
		}
		for i, item := range a.Items {
			if item.Amount != amounts[i] {
				r.Fatalf("item %d is %d, want %d", i, item.Amount, amounts[i])
			}
		}
	})
}

func FuzzReadAccounts(f *testing.F) {
	good, err := io.ReadAll(book([][]any{{"期初余额", 0}, header(), {"1月3日", "甲", "类", 10}, {"期末余额", 10}}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := read(bytes.NewReader(content))
		if err != nil && model.AsError(err) == nil {
			t.Fatalf("%v isn't for people", err)
		}
		if err == nil && a.Opening+a.Income-a.Expense != a.Closing {
			t.Fatal("unbalanced accounts pass")
		}
	})
}

// Whatever stands in the cells, accounts that pass balance to the fen.
func FuzzCells(f *testing.F) {
	for _, words := range []string{"1月3日", "10", "1,000.50元", "-1", "0.001", "1e9", "=1+1", "46034", "期末余额", "合计", "𠮷"} {
		f.Add(words, words, words)
	}
	f.Fuzz(func(t *testing.T, day, purpose, amount string) {
		a, err := read(book([][]any{{"期初余额", 0}, header(), {day, purpose, "类", amount}, {"1月4日", "乙", "类", "5"}, {"期末余额", "15"}}))
		if err != nil && model.AsError(err) == nil {
			t.Fatalf("%v isn't for people", err)
		}
		if err == nil && (a.Opening+a.Income-a.Expense != a.Closing || len(a.Items) == 0) {
			t.Fatalf("unbalanced accounts pass: %+v", a)
		}
	})
}

func TestTheOpeningBalanceIsTheLastClosing(t *testing.T) {
	h := newHall(t)
	h.clock.Set(time.Date(2026, 6, 5, 9, 0, 0, 0, model.Shanghai))
	h.published(month("2026-01", 1000_00, 500_00, 200_00)) // closes at 1300
	wrong := h.draft(month("2026-02", 1200_00, 1_00, 1_00))
	h.sign(wrong)
	_, err := h.Publish(h.ctx, h.actor("王强"), refOf(wrong), false)
	h.refused(err, model.Conflict, "差-100.00元")
	_, err = h.Edit(h.ctx, h.actor("王强"), refOf(wrong), month("2026-02", 1300_00, 1_00, 2_00))
	h.must(err)
	h.sign(wrong)
	february := h.publish(wrong)

	april := h.published(month("2026-04", 7_00, 1_00, 1_00)) // March is missing: nothing to compare with
	view, err := h.Get(h.ctx, model.Actor{}, refOf(april), 0)
	h.must(err)
	if !view.Gap {
		t.Error("the page doesn't say that the month before is missing")
	}
	january, err := h.List(h.ctx, model.Actor{}, disclosure.Query{VillageID: yunxi, Kind: model.DiscloseFinance})
	h.must(err)
	first := january[len(january)-1]
	_, err = h.Correct(h.ctx, h.actor("王强"), refOf(first), month("2026-01", 1000_00, 500_00, 150_00), "少记一笔")
	h.must(err)
	h.sign(first)
	h.publish(first)
	view, err = h.Get(h.ctx, model.Actor{}, refOf(february), 0)
	h.must(err)
	if view.Off != -50_00 {
		t.Errorf("after the correction February is off by %d", view.Off)
	}
	h.verified()
}

func TestTheAccountsAreShownByItemCategoryAndMonth(t *testing.T) {
	h := newHall(t)
	h.clock.Set(time.Date(2026, 6, 5, 9, 0, 0, 0, model.Shanghai))
	h.published(month("2026-01", 0, 500_00, 200_00))
	d := h.published(disclosure.Draft{Kind: model.DiscloseFinance, Period: "2026-02", Finance: book([][]any{
		{"期初余额", 300}, header(),
		{"2月1日", "=HYPERLINK(\"http://x\")", "公益", nil, 10, "甲", "张明", "S2026-01"}, // January's invoice again
		{"2月2日", "@sum", "公益", nil, 20, "乙", "张明", "N1"},
		{"2月3日", "利息", "利息", 5, nil, "+86", "张明", "N1"},
		{"期末余额", 275}})})
	items, err := h.Items(h.ctx, model.Actor{}, refOf(d), 0, 0, 10)
	h.must(err)
	if len(items) != 3 || !items[0].Doubled || !items[1].Doubled || !items[2].Doubled {
		t.Errorf("items %+v", items)
	}
	sums, err := h.ByCategory(h.ctx, model.Actor{}, refOf(d), 0)
	h.must(err)
	if len(sums) != 2 || sums[0] != (disclosure.Sum{Category: "利息", Income: true, Amount: 500, Items: 1}) || sums[1].Amount != 3000 {
		t.Errorf("sums %+v", sums)
	}
	if year, err := h.YearByCategory(h.ctx, yunxi, 2026); err != nil || !slices.Equal(year, []disclosure.Sum{{Category: "经营收入", Income: true, Amount: 50000, Items: 1}, {Category: "利息", Income: true, Amount: 500, Items: 1},
		{Category: "公益支出", Amount: 20000, Items: 1}, {Category: "公益", Amount: 3000, Items: 2}}) {
		t.Errorf("the year's sums %+v %v", year, err)
	}
	if year, err := h.YearByCategory(h.ctx, yunxi, 2025); err != nil || len(year) != 0 {
		t.Errorf("another year's sums %+v %v", year, err)
	}
	months, err := h.Year(h.ctx, yunxi, 2026)
	h.must(err)
	if !months[1].Published || months[1].Expense != 3000 || months[2].Published {
		t.Errorf("months %+v", months)
	}
	bars, chart := 0, xml.NewDecoder(strings.NewReader(disclosure.Chart(2026, months)))
	for {
		token, err := chart.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		h.must(err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
			bars++
		}
	}
	if bars != 2+2*2 { // the legend, and two months
		t.Errorf("%d bars", bars)
	}

	var out bytes.Buffer
	h.must(h.Export(h.ctx, model.Actor{}, refOf(d), 0, "csv", &out))
	lines := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), []byte("\xEF\xBB\xBF"))))
	lines.FieldsPerRecord = -1
	cells, err := lines.ReadAll()
	h.must(err)
	for _, row := range cells {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%q may run", cell)
			}
		}
	}
	out.Reset()
	h.must(h.Export(h.ctx, model.Actor{}, refOf(d), 0, "xlsx", &out))
	from := time.Date(2026, 2, 1, 0, 0, 0, 0, model.Shanghai)
	again, err := disclosure.ReadAccounts(&out, from, from.AddDate(0, 1, 0))
	h.must(err)
	if again.Closing != 275_00 || again.Items[0].Purpose != `=HYPERLINK("http://x")` {
		t.Errorf("the export reads as %+v", again)
	}
}

// A picture of the voucher belongs to its item, and stays with it in a
// correction.
func TestVouchers(t *testing.T) {
	h := newHall(t)
	_, err := h.Draft(h.ctx, h.actor("王强"), h.filled(month("2026-01", 0, 500_00, 200_00)))
	h.refused(err, model.Invalid, "还没有过完")
	h.clock.Set(day("2026-02-03"))
	d := h.draft(month("2026-01", 0, 500_00, 200_00))
	h.sign(d)
	h.must(h.Voucher(h.ctx, h.actor("王强"), refOf(d), 2, []string{h.upload()}))
	_, err = h.Publish(h.ctx, h.actor("王强"), refOf(d), false)
	h.refused(err, model.Conflict, "签字") // it was signed without the picture
	h.sign(d)
	h.publish(d)
	_, err = h.Correct(h.ctx, h.actor("王强"), refOf(d), month("2026-01", 10_00, 500_00, 200_00), "期初写错")
	h.must(err)
	h.sign(d)
	h.publish(d)
	items, err := h.Items(h.ctx, model.Actor{}, refOf(d), 0, 0, 10)
	h.must(err)
	if items[0].VoucherIDs != "" || items[1].VoucherIDs == "" {
		t.Errorf("vouchers: %+v", items)
	}
	h.verified()
}

func TestTheTemplateIsOneThatWeRead(t *testing.T) {
	var b bytes.Buffer
	if err := disclosure.Template(&b); err != nil {
		t.Fatal(err)
	}
	_, err := read(&b)
	if err == nil || strings.Contains(err.Error(), "下载模板") {
		t.Errorf("the empty template: %v", err)
	}
}
