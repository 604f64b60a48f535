package dialogue_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"cunwu/model"
)

// Every statement of a chat goes by an index: what a message costs doesn't grow
// with what other villages keep. Villages and rules are read whole: they are few.
func TestEveryStatementOfAChatUsesAnIndex(t *testing.T) {
	p := newPlace(t)
	if p.store.Dialect() != model.SQLite {
		return // MySQL scans tables as small as these
	}
	var mu sync.Mutex
	statements := map[string]string{}
	keep := func(db *gorm.DB) {
		mu.Lock()
		defer mu.Unlock()
		if sql := db.Statement.SQL.String(); regexp.MustCompile(`^(SELECT|UPDATE|DELETE)`).MatchString(sql) {
			statements[sql] = db.Dialector.Explain(sql, db.Statement.Vars...)
		}
	}
	cb := p.store.DB(t.Context()).Callback()
	p.must(cb.Query().After("gorm:query").Register("test:keep", keep))
	p.must(cb.Row().After("gorm:row").Register("test:keep", keep))
	p.must(cb.Update().After("gorm:update").Register("test:keep", keep))
	p.must(cb.Delete().After("gorm:delete").Register("test:keep", keep))
	p.play(`
		王小草: 路灯坏了
		王小草: 在桥头
		张明: #1 问 哪盏
		王小草: 3
		张明: #1 修好了
		王小草: 2 不亮
		张明: 待办
		张明: #1 转 赵志强
		赵志强: #1 好了
		王小草: [语音]
		刘芳: #1 代录 1
		王小草: 我的
		陈勇: 附议 #1
		陈勇: [语音]
		陈勇: 撤回 #2
		路人: 水管漏了
		路人: 绑定 {code yunxi 李秀英}
		路人: #3
		刘芳: 未通知
		刘芳: 解绑 李秀英
		王小草: 保密 有人偷税
		王小草: 完
		+26h
	`)
	if len(statements) < 50 {
		t.Errorf("only %d statements were seen", len(statements))
	}
	few := regexp.MustCompile(`CONSTANT|^SCAN (rules|villages|w|c|x|SUBQUERY|\(subquery)`)
	for _, sql := range statements {
		var plan []struct{ Detail string }
		p.must(p.store.DB(t.Context()).Raw("EXPLAIN QUERY PLAN " + strings.ReplaceAll(sql, `"`, "'")).Scan(&plan).Error)
		for _, step := range plan {
			if strings.HasPrefix(step.Detail, "SCAN") && !few.MatchString(step.Detail) {
				t.Errorf("%s\n\t%s", step.Detail, sql)
			}
		}
	}
}
