package disclosure

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
)

// Accounts are the accounts of a period as a file has them, in fen.
type Accounts struct {
	Opening, Income, Expense, Closing int64
	Items                             []model.FinanceItem
}

const badMax = 10 // bad cells named at once

// columns of the sheet
const (
	colDay = iota
	colPurpose
	colCategory
	colIncome
	colExpense
	colParty
	colApprover
	colInvoice
	colCount
)

// columnNames are what villages call the columns.
func columnNames() [colCount][]string {
	return [colCount][]string{
		colDay:      {"日期", "时间", "记账日期", "发生日期"},
		colPurpose:  {"摘要", "用途", "事由", "收支项目", "项目", "内容", "收支内容"},
		colCategory: {"类别", "科目", "分类", "收支类别"},
		colIncome:   {"收入", "收入金额", "收方"},
		colExpense:  {"支出", "支出金额", "付方"},
		colParty:    {"收付款人", "收付款单位", "收款人", "付款人", "对方", "对方单位", "经手人"},
		colApprover: {"审批人", "批准人", "审批"},
		colInvoice:  {"票据号", "发票号", "票号", "凭证号", "发票号码", "票据号码"},
	}
}

// reading is one pass over a sheet.
type reading struct {
	*workbook
	from, upTo       time.Time
	head             int
	columns          [colCount]int // -1: the sheet has no such column
	accounts         Accounts
	opening, closing bool
	most             int // bad cells that are kept
	bad              []BadCell
	more             int // bad cells beyond
}

// BadCell is a cell that must be put right.
type BadCell struct {
	At   string // its address: E7
	Text string // what it says
	Why  string // what is wrong with it
	row  int
	col  int
}

// ReadAccounts reads the accounts of the period from an Excel file in the shape
// of the template. Everything that is wrong is named by its cell; the accounts
// must balance to the fen.
func ReadAccounts(r io.Reader, from, upTo time.Time) (*Accounts, error) {
	read, err := readSheet(r, from, upTo, badMax)
	if err != nil {
		return nil, err
	}
	return read.result()
}

// readSheet reads the whole sheet and keeps so many of its bad cells.
func readSheet(r io.Reader, from, upTo time.Time, most int) (*reading, error) {
	book, err := readWorkbook(r)
	if err != nil {
		return nil, err
	}
	defer book.close()
	read := &reading{workbook: book, from: from, upTo: upTo, most: most}
	if !read.findHead() {
		return nil, model.Errorf(model.Invalid, "表格不是收支明细表的样子：要有“日期、摘要、收入、支出”这几列。请下载模板，照着填")
	}
	read.balance()
	for row := read.head + 1; row < len(read.cells); row++ {
		read.row(row)
	}
	return read, nil
}

// findHead finds the row of column names among the first ones.
func (r *reading) findHead() bool {
	for row := 0; row < min(len(r.cells), 20); row++ {
		for i := range r.columns {
			r.columns[i] = -1
		}
		for column, text := range r.cells[row] {
			for i, names := range columnNames() {
				if r.columns[i] < 0 && slices.Contains(names, label(text)) {
					r.columns[i] = column
					break
				}
			}
		}
		if r.columns[colPurpose] >= 0 && r.columns[colIncome] >= 0 && r.columns[colExpense] >= 0 && r.columns[colDay] >= 0 {
			r.head = row
			return true
		}
	}
	return false
}

// row reads one row below the head.
func (r *reading) row(row int) {
	cells := r.cells[row]
	for _, text := range cells {
		if text == "" {
			continue
		}
		switch {
		case isOpening(text) || isClosing(text) || label(text) == "小计":
			return
		case isTotal(text):
			r.totals(row)
			return
		case footnote(text) && at(r.cells, row, r.columns[colIncome])+at(r.cells, row, r.columns[colExpense]) == "":
			return
		}
		break // only a row's first words say what it is
	}
	for _, column := range r.columns[:] {
		if column >= 0 && at(r.cells, row, column) != "" {
			r.item(row)
			return
		}
	}
}

// footnote is what stands below a table: who made it, remarks.
func footnote(text string) bool {
	for _, start := range []string{"制表", "填表", "审核", "负责人", "村主任", "书记", "备注", "说明", "注", "民主理财", "监督委员会", "会计", "出纳"} {
		if strings.HasPrefix(label(text), start) {
			return true
		}
	}
	return false
}

func (r *reading) text(row, col, most int) string {
	if r.columns[col] < 0 {
		return ""
	}
	text := strings.Join(strings.Fields(at(r.whole, row, r.columns[col])), " ")
	if utf8.RuneCountInString(text) > most {
		r.wrong(row, r.columns[col], fmt.Sprintf("超过%d个字，请写短些", most))
	}
	return text
}

// amount reads a cell of the column for income or expense; a 0 counts as empty.
func (r *reading) amount(row, col int) (fen int64, fine bool) {
	text := at(r.cells, row, r.columns[col])
	if text == "" || text == "-" || text == "—" {
		return 0, true
	}
	fen, reason := parseAmount(text)
	switch {
	case reason != "":
		r.wrong(row, r.columns[col], reason)
	case r.formula(row, r.columns[col]):
		r.wrong(row, r.columns[col], "是公式，请改成数字（复制后选择“粘贴为数值”）")
	case fen < 0:
		r.wrong(row, r.columns[col], fmt.Sprintf("“%s”是负数，请写到另一栏：收入的负数写在支出栏", text))
	default:
		return fen, true
	}
	return 0, false
}

func (r *reading) item(row int) {
	item := model.FinanceItem{Category: r.text(row, colCategory, 30), Party: r.text(row, colParty, 60), Purpose: r.text(row, colPurpose, 100),
		Approver: r.text(row, colApprover, 20), Invoice: r.text(row, colInvoice, 40), Seq: len(r.accounts.Items) + 1}
	income, fine := r.amount(row, colIncome)
	expense, alsoFine := r.amount(row, colExpense)
	switch {
	case !fine || !alsoFine:
	case income > 0 && expense > 0:
		r.wrong(row, r.columns[colExpense], "一行不能又有收入又有支出，请分成两行")
	case income == 0 && expense == 0:
		r.wrong(row, r.columns[colExpense], "没有金额")
	}
	item.Income, item.Amount = income > 0, income+expense
	written := at(r.whole, row, r.columns[colDay])
	day, ok := parseDate(written, r.from)
	switch {
	case written == "":
		r.wrong(row, r.columns[colDay], "没有写日期")
	case !ok:
		r.wrong(row, r.columns[colDay], fmt.Sprintf("“%s”不是日期，请写成 %s", clip(written, 20), r.from.Format("2006年1月2日")))
	case day.Before(r.from) || !day.Before(r.upTo):
		r.wrong(row, r.columns[colDay], fmt.Sprintf("%s不在这一期里", day.Format("2006年1月2日")))
	}
	if item.Purpose == "" {
		r.wrong(row, r.columns[colPurpose], "没有写摘要")
	}
	if item.Category == "" {
		item.Category = "其他"
	}
	item.Day = day.Format(time.DateOnly)
	if item.Income {
		r.accounts.Income += item.Amount
	} else {
		r.accounts.Expense += item.Amount
	}
	r.accounts.Items = append(r.accounts.Items, item)
}

// totals compares the sheet's own sums with the items above them.
func (r *reading) totals(row int) {
	for col, want := range map[int]int64{colIncome: r.accounts.Income, colExpense: r.accounts.Expense} {
		text := at(r.cells, row, r.columns[col])
		if text == "" || len(r.bad) > 0 {
			continue
		}
		if fen, reason := parseAmount(text); reason != "" {
			r.wrong(row, r.columns[col], reason)
		} else if fen != want {
			r.wrong(row, r.columns[col], fmt.Sprintf("合计写的是%s，明细加起来是%s，差%s", Yuan(fen), Yuan(want), Yuan(fen-want)))
		}
	}
}

func (r *reading) wrong(row, column int, reason string) {
	if len(r.bad) >= r.most {
		r.more++
		return
	}
	r.bad = append(r.bad, BadCell{At: name(row, column), Text: at(r.cells, row, column), Why: reason, row: row, col: column})
}

func (r *reading) result() (*Accounts, error) {
	a := &r.accounts
	switch {
	case len(r.bad) > 0:
		text := "这些格子要改："
		for _, bad := range r.bad {
			text += "\n" + bad.At + "：" + bad.Why
		}
		if r.more > 0 {
			text += fmt.Sprintf("\n还有%d处", r.more)
		}
		return nil, model.Errorf(model.Invalid, "%s", text)
	case !r.opening || !r.closing:
		return nil, model.Errorf(model.Invalid, "表里没有写“期初余额”或“期末余额”，请照模板填上")
	case a.Opening+a.Income-a.Expense != a.Closing:
		now := a.Opening + a.Income - a.Expense
		return nil, model.Errorf(model.Invalid, "账不平：期初%s＋收入%s－支出%s＝%s，表里的期末余额是%s，差%s元。请核对后再上传",
			Yuan(a.Opening), Yuan(a.Income), Yuan(a.Expense), Yuan(now), Yuan(a.Closing), Yuan(a.Closing-now))
	}
	return a, nil
}
