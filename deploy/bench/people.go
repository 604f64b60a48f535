package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"time"
)

const (
	villageCode = "benchcun"
	secretary   = "王守正"
)

// openIDs are made-up senders, as WeChat names them.
func openIDs(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("oBench%022d", i)
	}
	return all
}

// rosterFile writes a roster of n made-up villagers, four to a household; the first is the secretary.
func rosterFile(path string, n int) error {
	file, err := os.Create(path) //nolint:gosec // in our own folder
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	w := csv.NewWriter(file)
	rows := [][]string{{"姓名", "性别", "身份证号", "手机号", "户号", "与户主关系", "村民小组", "户籍", "现居地", "政治面貌"}}
	for i := range n {
		rows = append(rows, villager(i))
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return file.Close()
}

func villager(i int) []string {
	id := idNumber(i)
	gender := "女"
	if (id[16]-'0')%2 == 1 {
		gender = "男"
	}
	relation := "户主"
	if i%4 > 0 {
		relation = "家庭成员"
	}
	house := i / 4
	return []string{nameOf(i), gender, id, fmt.Sprintf("139%08d", i), fmt.Sprintf("H%05d", house), relation,
		fmt.Sprintf("第%d组", house%20+1), "本村", "本村", "群众"}
}

func nameOf(i int) string {
	if i == 0 {
		return secretary
	}
	family, given := []rune("张李陈刘杨黄赵吴周徐"), []rune("春夏秋冬梅兰竹菊山水云石田禾林泉")
	return string(family[i%len(family)]) + string(given[i/10%len(given)]) + string(given[i/160%len(given)])
}

// idNumber is a number that nobody has (its region doesn't exist), with a valid check digit.
func idNumber(i int) string {
	born := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i/500)
	number := "999999" + born.Format("20060102") + fmt.Sprintf("%03d", i%500)
	sum := 0
	for at, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(number[at]-'0') * weight
	}
	return number + string("10X98765432"[sum%11])
}
