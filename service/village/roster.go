package village

import (
	"io"
	"slices"
	"strings"
	"time"

	"cunwu/model"
)

// peopleMax bounds one import.
const peopleMax = 50_000

// headRelation is what the head of a household is to the head of the household.
const headRelation = "户主"

// Columns of a roster, in the order of its header.
const (
	colName = iota
	colGender
	colID
	colPhone
	colHouse
	colRelation
	colGroup
	colRegistered
	colResidence
	colPolitical
	columns
)

// RosterHeader is the header row that a roster has.
func RosterHeader() []string {
	return []string{"姓名", "性别", "身份证号", "手机号", "户号", "与户主关系", "村民小组", "户籍", "现居地", "政治面貌"}
}

// roster is a roster file as it was read, before the village's list is asked.
type roster struct {
	today  string
	places []int // of each column in the file; nil until the header was read
	people []rosterRow
	lines  map[model.IDNumber]int
	houses map[string]*rosterHouse
	bad    complaints
}

// rosterRow is one person of a roster file.
type rosterRow struct {
	row                            int
	name, gender, phone, house     string
	relation, group                string
	standing, residence, political string
	id                             model.IDNumber
}

// rosterHouse is a household of a roster file.
type rosterHouse struct {
	number   string
	group    string
	firstRow int
	headRow  int // 0: its head isn't in the file
	head     model.IDNumber
}

// readRoster reads a whole roster file and collects what is wrong in it.
func readRoster(filename string, r io.Reader, today time.Time) (*roster, error) {
	content, err := readAll(r)
	if err != nil {
		return nil, err
	}
	file := &roster{today: today.Format(time.DateOnly), lines: map[model.IDNumber]int{},
		houses: map[string]*rosterHouse{}, bad: complaints{}}
	if err := eachRow(filename, content, file.add); err != nil {
		return nil, err
	}
	if len(file.people) == 0 && len(file.bad) == 0 {
		return nil, model.Errorf(model.Invalid, "名册里没有人：第一行应为表头（%s），从第二行起每行一人", strings.Join(RosterHeader(), ","))
	}
	return file, nil
}

// add takes the next row of the file: the header first, then people.
func (f *roster) add(row int, cells []string) error {
	if !slices.ContainsFunc(cells, func(cell string) bool { return cleanCell(cell) != "" }) {
		return nil
	}
	if f.places == nil {
		f.header(row, cells)
		return f.bad.err()
	}
	if len(f.people) >= peopleMax {
		return model.Errorf(model.Invalid, "一次最多导入%d人，请分成几个文件", peopleMax)
	}
	values := make([]string, columns)
	for at, cell := range cells {
		cell = cleanCell(cell)
		switch {
		case at < len(f.places) && f.places[at] >= 0:
			values[f.places[at]] = cell
		case cell != "":
			f.bad.add(row, "第%d列在表头之外，请去掉或检查是否多了逗号", at+1)
		}
	}
	f.person(row, values)
	return nil
}

// header finds the columns; their order is free, their set is not.
func (f *roster) header(row int, cells []string) {
	names := RosterHeader()
	missing := slices.Clone(names)
	var unknown []string
	for _, cell := range cells {
		cell = cleanDigits(cell)
		column := slices.Index(names, cell)
		f.places = append(f.places, column)
		switch at := slices.Index(missing, cell); {
		case at >= 0:
			missing = slices.Delete(missing, at, at+1)
		case column >= 0:
			f.bad.add(row, "表头“%s”有两列", cell)
		case cell != "":
			unknown = append(unknown, short(cell))
		}
	}
	if len(missing) > 0 {
		f.bad.add(row, "表头缺少“%s”", strings.Join(missing, "”“"))
	}
	if len(unknown) > 0 {
		f.bad.add(row, "表头里不认识“%s”", strings.Join(unknown[:min(len(unknown), columns)], "”“"))
	}
	if len(missing)+len(unknown) > 0 {
		f.bad.add(row, "第一行应为：%s", strings.Join(names, ","))
	}
}

// short cuts a cell that is shown in a complaint.
func short(cell string) string {
	if runes := []rune(cell); len(runes) > 12 {
		return string(runes[:12]) + "…"
	}
	return cell
}
