package main

import (
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/disclosure"
)

// booked is a made-up item of the demo village's accounts.
type booked struct {
	day      int
	income   bool
	category string
	purpose  string
	party    string
	fen      int64
}

// itemsOf are the items of the demo's month n; the amounts wander, so that no two
// months are alike.
func itemsOf(n int, month time.Time) []booked {
	wave := func(base, step int64) int64 { return base + step*int64((n*7+int(month.Month())*3)%11) }
	items := []booked{
		{3, true, "经营收入", "光伏电站发电收益", "云溪供电所", wave(386_000, 21_350)},
		{5, false, "人员报酬", "保洁员工资", "村保洁组", 480_000},
		{8, false, "办公费", "办公用品、打印纸", "西山文具店", wave(18_600, 2_480)},
		{10, false, "公共设施", "路灯电费", "云溪供电所", wave(62_400, 3_915)},
		{12, false, "办公费", "村部网络和电话费", "西山电信营业厅", 19_900},
		{20, false, "人员报酬", "村民小组长误工补贴", "三个村民小组长", 150_000},
	}
	switch month.Month() {
	case time.January:
		items = append(items, booked{15, true, "承包收入", "鱼塘年承包费", "李大山", 2_800_000}, booked{22, false, "慰问救助", "春节慰问困难户8户", "困难户8户", 320_000})
	case time.March, time.September:
		items = append(items, booked{18, true, "补助收入", "镇拨村级运转经费", "西山镇财政所", 3_000_000}, booked{24, false, "公共设施", "清淤修渠人工和机械", "西山水利服务队", wave(820_000, 34_000)})
	case time.June:
		items = append(items, booked{16, false, "公共设施", "修补村东机耕路", "西山建材店", wave(1_260_000, 41_000)})
	case time.October:
		items = append(items, booked{9, true, "承包收入", "机动地流转费", "云溪合作社", 1_560_000}, booked{14, false, "文体活动", "重阳节老人聚餐", "村食堂", 268_000})
	case time.December:
		items = append(items, booked{20, false, "保险", "村级公共责任险", "人保西山营业部", 216_000})
	}
	return items
}

const (
	dutyParty = "party_event" // the township's own line of the demo's catalogue
	wrongly   = "其中村西段420米"
	rightly   = "其中村西段240米"
)

// reportsOf are what else the demo village made public after month n.
func reportsOf(n int, month time.Time) []disclosure.Draft {
	var all []disclosure.Draft
	if month.Month()%3 == 0 {
		quarter := fmt.Sprintf("%d-Q%d", month.Year(), month.Month()/3)
		all = append(all,
			disclosure.Draft{Kind: model.DiscloseVillage, Period: quarter, Text: "一、低保、特困供养和临时救助名额评议结果已张榜。\n二、村内道路硬化本季度完成660米，" + villageWords(n) +
				"。\n三、环境整治：清运垃圾36车，清理河道两次。\n四、计划下季度办的事：修村东水渠，换路灯12盏。"},
			disclosure.Draft{Kind: model.DiscloseParty, Period: quarter, Text: "本季度支部党员大会1次、支委会3次、主题党日3次，党员志愿服务42人次。\n发展党员工作按计划进行，结果另行公示。"})
	}
	if month.Month() == time.December {
		year := month.Format("2006")
		all = append(all, disclosure.Draft{Kind: model.DiscloseLand, Period: year, Text: "本年度没有征收土地。宅基地申请3户，批准2户，1户材料不全退回。\n机动地46亩，由云溪合作社流转经营，每亩每年340元。"})
	}
	if month.Month() == time.December && month.Year() >= 2025 || month.Year() == 2025 && month.Month() == time.May {
		// The duty began in May 2025: the year before is made up for then.
		year := month.AddDate(0, -11, 0).Format("2006")
		all = append(all, disclosure.Draft{Kind: model.DiscloseLand, Duty: "asset", Period: year, Text: "集体资产：村部一栋、光伏电站一座（60千瓦）、鱼塘28亩、机动地46亩。\n本年度没有处置资产，没有对外担保和借款。"})
	}
	switch n {
	case 4:
		all = append(all, disclosure.Draft{Kind: model.DiscloseParty, Period: "dues", Title: "党费收缴情况", Duty: dutyParty, Scope: model.ScopeParty, Text: "全体党员党费已按月交清，收据存支部。"})
	case demoMonths - 8:
		all = append(all, disclosure.Draft{Kind: model.DiscloseDecision, Duty: "decision", Period: "road", Title: "村民代表会议决定：修村东机耕路",
			Text: "村民代表会议应到27人，实到24人，23人同意。\n决定：修补村东机耕路1.2公里，用集体资金，不向村民收钱，三家比价。"})
	case demoMonths - 4:
		all = append(all, disclosure.Draft{Kind: model.DiscloseDecision, Duty: "execution", Period: "road", Title: "村东机耕路修补完成情况",
			Text: "6月16日开工，6月29日完工，长1.2公里。三家报价，西山建材店最低。\n村务监督委员会和村民代表验收合格，付款见6月财务公开。"})
	}
	return all
}

func villageWords(n int) string {
	if n < 3 {
		return wrongly
	}
	return rightly
}

// correctionOf is why the demo village corrected a draft of its own; empty: it
// didn't.
func correctionOf(draft disclosure.Draft) string {
	if strings.Contains(draft.Text, wrongly) {
		return "村西段的长度写错了，420米应为240米"
	}
	return ""
}

func fixed(text string) string { return strings.Replace(text, wrongly, rightly, 1) }
