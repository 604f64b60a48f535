package village

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"cunwu/model"
)

var (
	phoneForm = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	// numberForm is a number as a spreadsheet writes one: 12.0, 1.3812345678E+10.
	numberForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?([eE]\+?[0-9]+)?$`)
	plainForm  = regexp.MustCompile(`^[0-9]+$`)
)

// person reads one row; whatever is wrong with it is complained of.
func (f *roster) person(row int, values []string) {
	p := rosterRow{row: row, name: cleanName(values[colName]), gender: values[colGender],
		house: wholeNumber(values[colHouse]), relation: values[colRelation], group: values[colGroup],
		residence: values[colResidence], political: values[colPolitical]}
	f.text(row, "姓名", p.name, nameMax, true)
	f.text(row, "户号", p.house, shortMax, true)
	f.text(row, "与户主关系", p.relation, shortMax, true)
	f.text(row, "村民小组", p.group, nameMax, false)
	f.text(row, "现居地", p.residence, nameMax, false)
	f.text(row, "政治面貌", p.political, shortMax, false)
	switch p.relation {
	case "本人", "本人或户主":
		p.relation = headRelation
	}
	p.phone = f.phone(row, values[colPhone])
	p.standing = f.standing(row, values[colRegistered])
	p.id = f.idNumber(row, values[colID])
	f.gender(row, p)
	f.household(p)
	f.people = append(f.people, p)
}

func (f *roster) text(row int, column, value string, most int, needed bool) {
	switch {
	case needed && value == "":
		f.bad.add(row, "%s没有填", column)
	case utf8.RuneCountInString(value) > most:
		f.bad.add(row, "%s超过%d个字", column, most)
	case strings.ContainsRune(value, utf8.RuneError):
		f.bad.add(row, "%s里有认不出的字", column)
	}
}

func (f *roster) standing(row int, value string) string {
	switch value {
	case "本村":
		return model.StandingRegistered
	case "外村":
		return model.StandingOutside
	}
	f.bad.add(row, "户籍应填“本村”或“外村”")
	return ""
}

func (f *roster) phone(row int, value string) string {
	phone := cleanPhone(value)
	if phone != "" && !phoneForm.MatchString(phone) {
		f.bad.add(row, "手机号应为11位手机号码，没有请留空")
		return ""
	}
	return phone
}

func cleanPhone(value string) string {
	phone := strings.NewReplacer(" ", "", "-", "", "'", "").Replace(cleanCell(value))
	return wholeNumber(strings.TrimPrefix(phone, "+86"))
}

func (f *roster) idNumber(row int, value string) model.IDNumber {
	value = strings.NewReplacer(" ", "", "'", "").Replace(value)
	if value == "" {
		f.bad.add(row, "身份证号没有填")
		return ""
	}
	id, err := model.ParseIDNumber(value)
	switch {
	case err != nil && numberForm.MatchString(value) && (!plainForm.MatchString(value) || strings.HasSuffix(value, "000")):
		f.bad.add(row, "身份证号被表格当成了数字，后几位已经丢失，请把这一列设为“文本”后重新填写")
	case err != nil:
		f.bad.add(row, "%s", model.AsError(err).Message)
	case id.BornOn() > f.today:
		f.bad.add(row, "身份证号中的出生日期在今天之后，请核对")
	case f.lines[id] > 0:
		f.bad.add(row, "身份证号与第%d行相同", f.lines[id])
	default:
		f.lines[id] = row
		return id
	}
	return ""
}

func (f *roster) gender(row int, p rosterRow) {
	switch {
	case p.gender != "男" && p.gender != "女":
		f.bad.add(row, "性别应填“男”或“女”")
	case p.id != "" && p.id.Gender() != p.gender:
		f.bad.add(row, "性别与身份证号不符")
	}
}

// household notes the household of a person: one head, one group.
func (f *roster) household(p rosterRow) {
	if p.house == "" {
		return
	}
	house := f.houses[p.house]
	if house == nil {
		house = &rosterHouse{number: p.house, firstRow: p.row}
		f.houses[p.house] = house
	}
	switch {
	case house.group == "":
		house.group = p.group
	case p.group != "" && p.group != house.group:
		f.bad.add(p.row, "村民小组与同户的其他人不一致")
	}
	switch {
	case p.relation != headRelation:
	case house.headRow > 0:
		f.bad.add(p.row, "户号%s已有户主（第%d行），一户只能有一个户主", short(p.house), house.headRow)
	default:
		house.headRow, house.head = p.row, p.id
	}
}

// wholeNumber undoes what a spreadsheet makes of a short number: 12.0 is 12,
// 1.3812345678E+10 is 13812345678. Anything else stays as it is.
func wholeNumber(value string) string {
	value = strings.ReplaceAll(value, " ", "")
	if plainForm.MatchString(value) || !numberForm.MatchString(value) {
		return value
	}
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || number != float64(int64(number)) || number >= 1e15 {
		return value
	}
	return strconv.FormatInt(int64(number), 10)
}
