package merit_test

import (
	"bytes"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/merit"
	"cunwu/service/notice"
	"cunwu/service/paper"
	"cunwu/service/paper/papertest"
)

// printing gives the world a press.
func (w *world) printing() {
	w.t.Helper()
	w.Service = merit.New(w.store, merit.Rooms{People: w.people, Cases: w.cases, Notices: notice.New(w.store, silent{}, notice.Options{}), Log: w.log,
		Audit: audit.New(w.store), Press: paper.New(papertest.Font(w.t))}, merit.Options{})
}

// looked keeps what was drawn where CUNWU_TEST_PAPER says, to look at it.
func (w *world) looked(name string, drawn []byte) {
	if path := os.Getenv("CUNWU_TEST_PAPER"); path != "" {
		w.ok(os.WriteFile(path+"/"+name, drawn, 0o600))
	}
}

func TestTheHonourRollForTheBoard(t *testing.T) {
	w := newWorld(t)
	board := func(who, when, form string) ([]byte, error) {
		return w.RankingBoard(w.ctx, w.actor(who), yunxi, when, form)
	}
	year := w.clock.Now().Format("2006")
	_, err := board("陈勇", year, paper.PNG)
	w.refused(err, model.Unknown, "还没有人")
	w.earns("李华", 40)
	w.earns("王大山", 60)
	w.ok(w.store.DB(w.ctx).Model(&model.Villager{}).Where("village_id = ? AND name = ?", yunxi, "李华").UpdateColumn("name", "𠮷䶮华").Error)
	for _, name := range []string{"𠮷䶮华", "王小草"} {
		w.ok(w.Honour(w.ctx, w.actor(name), true))
	}
	_, err = board("陈勇", year, paper.PNG)
	w.refused(err, model.Away, "中文字体")
	w.printing()
	picture, err := board("陈勇", year, paper.PNG)
	w.ok(err)
	w.looked("roll.png", picture)
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	pdf, err := board("陈勇", year, paper.PDF)
	w.ok(err)
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("no PDF: %.20q", pdf)
	}
	_, err = w.RankingBoard(w.ctx, model.Actor{VillageID: "heping", VillagerID: "x"}, yunxi, year, paper.PNG)
	w.refused(err, model.Forbidden, "本村")
	for _, bad := range []string{"2026-13", "2026-Q5", "2026-q", "去年", "2026-03-01", "2026-Q1x", "'; --"} {
		_, err = board("陈勇", bad, paper.PNG)
		w.refused(err, model.Invalid, "2026-Q1")
	}
	_, err = board("陈勇", year, "doc")
	w.refused(err, model.Invalid, "pdf")
}

// A certificate is for a household on the roll of a period that is over: its own
// people take it, the committee prints it for those without a phone.
func TestACertificateForAHousehold(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 40)
	w.earns("王小草", 60)
	now := w.clock.Now()
	year := now.Format("2006")
	quarter := map[int]string{1: "Q1", 2: "Q2", 3: "Q3", 4: "Q4"}[(int(now.Month())+2)/3]
	certificate := func(who, household, when string) error {
		drawn, err := w.Certificate(w.ctx, w.actor(who), yunxi, household, when, paper.PNG)
		if err == nil {
			w.looked("certificate.png", drawn)
		}
		return err
	}
	w.printing()
	w.refused(certificate("王小草", "", year), model.TooEarly, "12月31日以后")
	w.clock.Set(time.Date(now.Year()+1, 1, 1, 0, 0, 0, 0, model.Shanghai))
	w.refused(certificate("王小草", "", year), model.Unknown, "不在")
	w.ok(w.Honour(w.ctx, w.actor("王大山"), true))
	w.ok(certificate("王小草", "", year))
	w.ok(certificate("王大山", "301", year+"-"+quarter))
	w.ok(certificate("张明", "301", now.Format("2006-01")))
	w.refused(certificate("李华", "301", year), model.Forbidden, "自己家")
	w.refused(certificate("李华", "", year), model.Unknown, "302号户不在")
	w.refused(certificate("张明", "999", year), model.Unknown, "户号")
	w.refused(certificate("张明", "301", "2001"), model.Unknown, "不在")
	w.refused(certificate("张明", "301", "明年"), model.Invalid, "2026-Q1")
	_, err := w.Certificate(w.ctx, model.Actor{VillageID: "heping", VillagerID: "x"}, yunxi, "", year, paper.PDF)
	w.refused(err, model.Forbidden, "本村")
}

// The head of the household is thanked for what another of it did, once.
func TestTheHouseholdIsThanked(t *testing.T) {
	w := newWorld(t)
	w.earns("王小草", 60)
	if got := w.told("王小草"); !strings.Contains(got, "谢谢王小草") || strings.Contains(got, "感谢您一家") {
		t.Errorf("who did it is told %q", got)
	}
	if got := w.told("王大山"); strings.Count(got, "感谢您一家！王小草做了") != 1 {
		t.Errorf("the head is told %q", got)
	}
}
