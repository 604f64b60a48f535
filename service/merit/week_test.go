package merit_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
)

func TestSupervisorsSeeWhatWasOdd(t *testing.T) {
	w := newWorld(t)
	w.clock.Set(time.Date(2026, 3, 9, 9, 0, 0, 0, model.Shanghai)) // a Monday
	if n, err := w.ExceptionsDue(w.ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if strings.Contains(w.told("孙有田"), "请您看看") {
		t.Fatal("told of a week in which nothing was odd")
	}
	w.earns("王大山", 100)
	w.clock.Set(time.Date(2026, 3, 30, 9, 0, 0, 0, model.Shanghai))
	g := w.goods("盐", 1, 100)
	for i := range 5 {
		c, err := w.Claim(w.ctx, w.actor("王小草"), merit.NewClaim{VillageID: yunxi, Deed: 4, HappenedOn: w.clock.Now().AddDate(0, 0, -i).Format(time.DateOnly)})
		w.ok(err)
		w.approved(c)
		_, err = w.ServeByCode(w.ctx, w.actor("冯守"), yunxi, w.redeems("王大山", g, 1).Code)
		w.ok(err)
	}
	w.clock.Advance(7 * 24 * time.Hour)
	if n, err := w.ExceptionsDue(w.ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n, _ := w.ExceptionsDue(w.ctx); n != 0 {
		t.Error("looked through twice")
	}
	odd, err := w.Exceptions(w.ctx, w.actor("孙有田"), yunxi, "")
	w.ok(err)
	kinds := map[string]string{}
	for _, o := range odd {
		kinds[o.Kind] = o.Text
	}
	for kind, words := range map[string]string{"family": "户号301", "hour": "王小草一小时内报了5件", "keeper": "管理员冯守一周给户号301办了5次"} {
		if !strings.Contains(kinds[kind], words) {
			t.Errorf("%s: %q lacks %q", kind, kinds[kind], words)
		}
	}
	if !strings.Contains(w.told("孙有田"), "请您看看") {
		t.Error("the supervisor isn't told")
	}
	_, err = w.Exceptions(w.ctx, w.actor("张明"), yunxi, "")
	w.refused(err, model.Forbidden, "权限")
}

func TestTheYearsClose(t *testing.T) {
	w := newWorld(t) // 60 percent are carried over
	w.clock.Set(time.Date(2026, 11, 1, 9, 0, 0, 0, model.Shanghai))
	award := func(name string, points int64) {
		t.Helper()
		_, err := w.Award(w.ctx, yunxi, w.villager(name).HouseholdID, w.villager(name).ID, points, model.NewID())
		w.ok(err)
	}
	award("李华", 100)
	award("陈勇", 50)
	award("王大山", 100)
	_, err := w.AnnounceClose(w.ctx, w.actor("李华"), yunxi, 2026)
	w.refused(err, model.Forbidden, "权限")
	_, err = w.AnnounceClose(w.ctx, w.actor("张明"), yunxi, 2024)
	w.refused(err, model.Invalid, "今年或去年")
	_, err = w.AnnounceClose(w.ctx, w.actor("张明"), yunxi, 2026)
	w.ok(err)
	_, err = w.AnnounceClose(w.ctx, w.actor("张明"), yunxi, 2026)
	w.refused(err, model.Conflict, "公告过")
	if n, err := w.CloseDue(w.ctx); n != 3 || err != nil || !strings.Contains(w.told("李华"), "只留60%") {
		t.Fatal(n, err, w.told("李华"))
	}
	w.clock.Set(time.Date(2026, 12, 31, 23, 59, 59, 0, model.Shanghai))
	if n, _ := w.CloseDue(w.ctx); n != 0 || w.balance("李华") != 100 {
		t.Fatal("closed before the year's end")
	}
	w.clock.Set(time.Date(2027, 1, 1, 8, 0, 0, 0, model.Shanghai))
	award("李华", 30)                                        // earned since: stays
	w.redeems("陈勇", w.goods("米", 45, 9), 1)                // spent since
	w.reopen()                                             // a stop in between
	if n, err := w.CloseDue(w.ctx); n != 3 || err != nil { // 130, 5 and 100 are there
		t.Fatal(n, err)
	}
	if n, _ := w.CloseDue(w.ctx); n != 0 {
		t.Error("closed again")
	}
	if a, b, c := w.balance("李华"), w.balance("陈勇"), w.balance("王大山"); a != 90 || b != 3 || c != 60 {
		t.Errorf("%d, %d and %d are left", a, b, c)
	}
	w.sound()
}

func TestTheHonourRoll(t *testing.T) {
	w := newWorld(t)
	w.earns("李华", 40)
	for _, name := range []string{"王大山", "张明"} {
		w.earns(name, 60)
	}
	period := w.clock.Now().Format("2006")
	if roll, err := w.Ranking(w.ctx, w.actor("陈勇"), yunxi, period, 10); err != nil || len(roll) != 0 {
		t.Fatalf("%+v, %v: nobody wanted to stand there", roll, err)
	}
	for _, name := range []string{"李华", "王小草"} {
		w.ok(w.Honour(w.ctx, w.actor(name), true))
	}
	roll, err := w.Ranking(w.ctx, w.actor("陈勇"), yunxi, period, 10)
	w.ok(err)
	if len(roll) != 2 || roll[0].Head != "王大山" || roll[0].Points != 60 || roll[1].Head != "李华" || roll[1].Place != 2 {
		t.Errorf("%+v", roll)
	}
	w.ok(w.Honour(w.ctx, w.actor("王大山"), false))
	if roll, _ := w.Ranking(w.ctx, w.actor("陈勇"), yunxi, period, 10); len(roll) != 1 {
		t.Errorf("%+v", roll)
	}
}

func TestAStoryIsReadOnlyWithConsent(t *testing.T) {
	w := newWorld(t)
	in := merit.NewStory{VillageID: yunxi, PersonID: w.villager("李华").ID, Title: "雪夜送医", Text: "腊月二十三，李华背老人走了十里路。"}
	_, err := w.WriteStory(w.ctx, w.actor("陈勇"), in)
	w.refused(err, model.Forbidden, "权限")
	story, err := w.WriteStory(w.ctx, w.actor("赵志强"), in)
	w.ok(err)
	at := merit.Ref{VillageID: yunxi, ID: story.ID}
	titles := func(query string) string {
		t.Helper()
		found, err := w.Stories(w.ctx, yunxi, query, "", 10)
		w.ok(err)
		var all []string
		for _, s := range found {
			all = append(all, fmt.Sprint(s.Title, s.Edition))
		}
		return strings.Join(all, ",")
	}
	if titles("") != "" {
		t.Fatal("read before consent")
	}
	_, err = w.ConsentStory(w.ctx, w.actor("陈勇"), at, 1)
	w.refused(err, model.Unknown, "没有这篇")
	if !strings.Contains(w.told("李华"), "雪夜送医") {
		t.Error("nobody asked 李华")
	}
	_, err = w.ConsentStory(w.ctx, w.actor("李华"), at, 1)
	w.ok(err)
	if strings.Contains(w.told("李华"), "雪夜送医") {
		t.Error("李华 would still be asked after consenting")
	}
	in.Title = "雪夜送医（改）"
	_, err = w.EditStory(w.ctx, w.actor("赵志强"), at, in)
	w.ok(err)
	if got := titles("十里"); got != "雪夜送医1" {
		t.Errorf("before consent to the second edition people read %q", got)
	}
	_, err = w.ConsentStory(w.ctx, w.actor("李华"), at, 1)
	w.refused(err, model.Conflict, "再看一遍")
	_, err = w.ConsentStory(w.ctx, w.actor("李华"), at, 2)
	w.ok(err)
	if titles("李华") != "雪夜送医（改）2" || titles("%") != "" || titles("_") != "" {
		t.Errorf("%q %q", titles("李华"), titles("%"))
	}
	_, err = w.WithdrawStory(w.ctx, w.actor("李华"), at)
	w.ok(err)
	if titles("") != "" {
		t.Error("read after it was withdrawn")
	}
}

// Points gate nothing: no room that decides about rights knows this one or its
// tables, and this one knows none of them.
func TestPointsGateNothing(t *testing.T) {
	rooms, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	mayKnow := map[string]bool{"merit": true, "dialogue": true, "desk": true, "privacy": true} // doors, and whoever hands out people's own data
	walked := 0
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join("..", room.Name(), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			walked++
			if !mayKnow[room.Name()] && (strings.Contains(string(text), "cunwu/service/merit\"") || strings.Contains(string(text), "merit_") || strings.Contains(string(text), "model.Merit")) {
				t.Errorf("%s knows of points", file)
			}
			if room.Name() != "merit" {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range parsed.Imports {
				for _, of := range []string{"poll", "help", "mediation", "disclosure", "membership"} {
					if i.Path.Value == `"cunwu/service/`+of+`"` {
						t.Errorf("%s imports %s", file, of)
					}
				}
			}
		}
	}
	if walked < 100 {
		t.Errorf("only %d files were looked at", walked)
	}
}
