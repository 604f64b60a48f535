package village_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"cunwu/model"
	"cunwu/service/village"
)

func TestImportStoresEverything(t *testing.T) {
	h := settled(t)
	v := h.one("yunxi", "王芳", "")
	if v.Gender != "女" || v.BornOn != model.IDNumber(idNumber(2, "女")).BornOn() || v.Relation != "妻" || v.Standing != model.StandingRegistered ||
		v.Residence != "本村" || v.Political != "群众" || v.State != model.VillagerLiving {
		t.Errorf("stored %+v", v)
	}
	if v.IDIndex != h.keys.Index("id", idNumber(2, "女")) || v.PhoneIndex != h.keys.Index("phone", phoneNumber(2)) {
		t.Error("blind indexes are wrong")
	}
	if id, err := h.keys.Open(v.IDSealed, v.Owner()); err != nil || id != idNumber(2, "女") {
		t.Errorf("ID number opens as %q, %v", id, err)
	}
	if phone, err := h.keys.Open(v.PhoneSealed, v.Owner()); err != nil || phone != phoneNumber(2) {
		t.Errorf("phone opens as %q, %v", phone, err)
	}
	var house model.Household
	wantNil(t, h.store.DB(h.ctx).Take(&house, "village_id = ? AND number = ?", "yunxi", "1").Error)
	if house.ID != v.HouseholdID || house.GroupName != "一组" || house.HeadID != h.one("yunxi", "张明", "1").ID {
		t.Errorf("household %+v", house)
	}
}

// TestImportReadsWhatSpreadsheetsWrite imports one person in many disguises.
func TestImportReadsWhatSpreadsheetsWrite(t *testing.T) {
	line := person{"张明", "男", 1, "12", "户主"}.line()
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(header + "\r\n" + line + "\r\n")
	wantNil(t, err)
	wide := strings.NewReplacer("0", "０", "1", "１", "3", "３", "8", "８").Replace(line)
	reordered := "户号,姓名,性别,身份证号,手机号,与户主关系,村民小组,户籍,现居地,政治面貌\n12,张明,男," + idNumber(1, "男") + "," + phoneNumber(1) + ",户主,一组,本村,本村,群众"
	floats := strings.Replace(strings.Replace(line, phoneNumber(1), "1.3800000001E+10", 1), ",12,", ",12.0,", 1)
	files := map[string][]byte{
		"utf-8":           []byte(header + "\n" + line),
		"with a mark":     []byte("\uFEFF" + header + "\r\n" + line + "\r\n"),
		"GB18030":         []byte(gbk),
		"full width":      []byte(header + "\n" + wide),
		"spaces":          []byte("\n 姓 名 ,性别,身份证号\t,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌\n" + strings.Replace(line, "张明", "张　明\u00a0", 1) + "\n,,,,,,,,,\n"),
		"quoted":          []byte("\"" + strings.ReplaceAll(header, ",", "\",\"") + "\"\n\"" + strings.ReplaceAll(line, ",", "\",\"") + "\""),
		"other order":     []byte(reordered),
		"floats":          []byte(header + "\n" + floats),
		"apostrophe, +86": []byte(header + "\n" + strings.Replace(strings.Replace(line, idNumber(1, "男"), "'"+idNumber(1, "男"), 1), phoneNumber(1), "+86 138-0000-0001", 1)),
		"xlsx":            excel(t, header, line),
		"empty columns":   []byte(header + ",,\n" + line + ",,"),
		"本人":              []byte(header + "\n" + strings.Replace(line, "户主", "本人", 1)),
	}
	h, n := build(t), 0
	for name, content := range files {
		n++
		unit := fmt.Sprintf("village%d", n)
		t.Run(name, func(t *testing.T) {
			h.create(village.NewUnit{Code: unit, Name: "云溪村"})
			done, err := h.Import(h.ctx, model.Console(), unit, "花名册", bytes.NewReader(content))
			if err != nil {
				var bad *village.BadRoster
				if errors.As(err, &bad) {
					t.Fatal(bad.Listing())
				}
				t.Fatal(err)
			}
			if done != (village.Imported{Households: 1, Villagers: 1}) {
				t.Errorf("%+v", done)
			}
			v := h.one(unit, "张明", "12")
			if v.IDIndex != h.keys.Index("id", idNumber(1, "男")) || v.PhoneIndex != h.keys.Index("phone", phoneNumber(1)) || v.Relation != "户主" {
				t.Errorf("%+v", v)
			}
		})
	}
}

func TestImportAgainUpdatesAndDropsNobody(t *testing.T) {
	h := settled(t)
	before := h.one("yunxi", "王芳", "")
	if done := h.roster("yunxi", person{"张明", "男", 1, "1", "户主"}, person{"王芳", "女", 2, "1", "妻"}); done != (village.Imported{}) {
		t.Errorf("the same again changed %+v", done)
	}
	h.clock.Advance(time.Hour)
	line := strings.Replace(person{"王芳芳", "女", 2, "1", "妻"}.line(), phoneNumber(2), "", 1)
	done := h.load("yunxi", header+"\n"+strings.Replace(line, "本村,本村", "本村,昆明", 1))
	if done != (village.Imported{Updated: 1}) {
		t.Errorf("%+v", done)
	}
	after := h.one("yunxi", "王芳芳", "1")
	if after.ID != before.ID || after.Residence != "昆明" || !after.CreatedAt.Equal(before.CreatedAt.Time) || !after.UpdatedAt.Equal(h.clock.Now()) {
		t.Errorf("%+v", after)
	}
	if phone, err := h.keys.Open(after.PhoneSealed, after.Owner()); err != nil || phone != phoneNumber(2) {
		t.Errorf("a blank phone left %q, %v", phone, err)
	}
	if n := h.count(&model.Villager{}, "1 = 1"); n != 7 {
		t.Errorf("%d people, want 7", n)
	}
}

func TestImportAndHeads(t *testing.T) {
	h := settled(t)
	head := func(number string) string {
		var house model.Household
		wantNil(t, h.store.DB(h.ctx).Take(&house, "village_id = ? AND number = ?", "yunxi", number).Error)
		return house.HeadID
	}
	// A child joins a household whose head is on the list.
	if done := h.roster("yunxi", person{"张小贝", "女", 20, "1", "女"}); done != (village.Imported{Villagers: 1}) {
		t.Errorf("%+v", done)
	}
	// The head himself is written down as something else: nobody is head.
	_, err := h.Import(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(file(person{"张明", "男", 1, "1", "父"})))
	wantCode(t, err, model.Invalid)
	// The wife becomes the head.
	h.roster("yunxi", person{"王芳", "女", 2, "1", "户主"}, person{"张明", "男", 1, "1", "夫"})
	if head("1") != h.one("yunxi", "王芳", "").ID {
		t.Error("the new head isn't the head")
	}
	// The head moves into another household: he is head of one only.
	h.roster("yunxi", person{"李华", "男", 5, "30", "户主"})
	if head("30") != h.one("yunxi", "李华", "").ID || head("3") != "" {
		t.Errorf("heads are %q and %q", head("30"), head("3"))
	}
	_, err = h.Import(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(file(person{"新人", "男", 21, "3", "子"})))
	wantCode(t, err, model.Invalid)
}

func TestTwoImportsAtOnce(t *testing.T) {
	h := build(t)
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村"})
	var people []person
	for n := range 300 {
		people = append(people, person{fmt.Sprintf("村民%d", n), "男", n, fmt.Sprint(n), "户主"})
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := h.Import(h.ctx, model.Console(), "yunxi", "a.csv", strings.NewReader(file(people...))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if people, houses := h.count(&model.Villager{}, "1 = 1"), h.count(&model.Household{}, "1 = 1"); people != 300 || houses != 300 {
		t.Errorf("%d people in %d households, want 300 in 300", people, houses)
	}
}

// TestBigImport measures; a village of 3,000 is in within seconds.
func TestBigImport(t *testing.T) {
	h := build(t)
	h.create(village.NewUnit{Code: "yunxi", Name: "云溪村"})
	var people []person
	for n := range bigVillage {
		p := person{fmt.Sprintf("村民%d", n), "男", n, fmt.Sprint(n / 3), "户主"}
		if n%3 > 0 {
			p.gender, p.is = "女", "家属"
		}
		people = append(people, p)
	}
	lines := strings.Split(file(people...), "\n")
	measure := func(what, name string, content []byte, want village.Imported) {
		start := time.Now()
		done, err := h.Import(h.ctx, model.Console(), "yunxi", name, bytes.NewReader(content))
		wantNil(t, err)
		t.Logf("%s: %v, %+v", what, time.Since(start), done)
		if done != want {
			t.Errorf("%s: %+v, want %+v", what, done, want)
		}
		if time.Since(start) > 8*time.Second {
			t.Errorf("%s took %v", what, time.Since(start))
		}
	}
	measure("first", "a.csv", []byte(strings.Join(lines, "\n")), village.Imported{Households: bigVillage / 3, Villagers: bigVillage})
	measure("same, xlsx", "a.xlsx", excel(t, lines...), village.Imported{})
	for i := range people {
		people[i].name += "甲"
	}
	measure("all renamed", "a.csv", []byte(file(people...)), village.Imported{Updated: bigVillage})
}
