package dialogue_test

import (
	"fmt"
	"testing"
	"time"
)

const hour = time.Hour

func TestConfidentialWordsReachTheTownshipOnly(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 保密
		< 只有镇里能看到
		王小草: 张明多占了宅基地
		< 已交给镇里，编号 #
		王小草: 待办
		< 已记到
		王小草: 完
		< 已交给镇里
		张明 !! 宅基地
		赵志强 !! 宅基地
		周丽 ! 有一件只给镇里看的留言
		周丽 !! 宅基地
		王小草: 路灯坏了
		< 编号 #1
	`)
}

func TestAnAccusationWaitsForItsSendersChoice(t *testing.T) {
	newPlace(t).play(`
		王小草: 张明贪污了修路的钱
		< 还没有发给任何人
		+5m
		张明 !! 贪污
		赵志强 !! 贪污
		王小草: 2
		< 由赵志强办理
		张明 !! 贪污
		赵志强 ! 贪污
		陈勇: 村干部收了钱不办事
		< 只给镇里看
		陈勇: 1
		< 已交给镇里
		陈勇: 去年还收了我家两条烟
		< 只有镇里能看到
		赵志强 !! 两条烟
		陈勇: 完
		陈勇: 完
		< 不知道是回哪件事
		周丽 ! 只给镇里看
		刘芳: #2
		< 没有找到
	`)
}

func TestAnAccusationGoesToTheTownshipAfterHalfAnHour(t *testing.T) {
	newPlace(t).play(`
		王小草: 赵志强打人
		< 110
		< 还没有发给任何人
		+31m
		周丽 ! 只给镇里看
		赵志强 !! 打人
		张明 !! 打人
		王小草 ! 已只交给镇里
	`)
}

func TestTheAccusedAndTheirKinNeverSeeIt(t *testing.T) {
	newPlace(t).play(`
		王小草: 书记张明欺负人
		王小草: 村里
		< 编号 #1，由赵志强办理
		张明: #1
		< 没有找到 #1
		张明: #1 你等着
		< 没有找到 #1
	`)
}

func TestWhoReadsTheirConfidentialCaseAnswersInPrivate(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 保密
		王小草: 有人在村里的砖厂偷税
		王小草: 完
		周丽: 待办
	`)
	c, err := p.cases.AskedBy(t.Context(), p.actor("王小草"), true, 1)
	p.must(err)
	number := fmt.Sprint("#", c[0].Number)
	p.play(`
		周丽: ` + number + ` 问 砖厂叫什么名字？
		王小草: ` + number + `
		< 砖厂叫什么名字
		< 只有镇里能看到
		王小草: 云溪砖厂
		< 已记到 ` + number + `
		张明 !! 砖厂
		王小草: 完
	`)
}
