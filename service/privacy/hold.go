package privacy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

// Hold is a kind of personal data and what becomes of it when somebody asks to be
// forgotten: gone at once, or kept until when and by which law (个人信息保护法 47:
// deletion waits while a law says how long to keep).
type Hold struct {
	What  string
	Until string // empty: gone at once; %d is the value of Rule
	Rule  string
	Law   string
}

// Holds is the whole table; what is gone at once stands first.
func Holds() []Hold {
	return []Hold{
		{What: "微信绑定、微信编号、登录状态和动态码"},
		{What: "手机号"},
		{What: "通知的订阅授权和发送次数"},
		{What: "正在进行的对话"},
		{What: "同意记录里的文字说明"},
		{What: "代办授权和绑定请求"},
		{What: "您同意公开的道德先进事迹"},
		{What: "花名册上的姓名、身份证号和户口信息", Until: "您还是本村村民的时候；迁出或去世登记以后一个月内删除",
			Law: "村民委员会组织法（村民名册）；个人信息保护法第十三条第一款第三项"},
		{What: "留言、答复和其中的语音图片", Until: "办结后%d年；没办结的继续办完", Rule: "retain.case", Law: "村级档案管理办法"},
		{What: "调解案的卷宗：您说的话、会议记录、协议", Until: "按调解工作档案保存", Law: "人民调解法第二十七条"},
		{What: "积分申报的说明、照片和评议的理由", Until: "办结后%d年", Rule: "retain.case", Law: "村级档案管理办法"},
		{What: "积分账：哪一户、什么时候、多少分、为什么（不含说明和照片）", Until: "长期，账要能从头核对", Law: "个人信息保护法第十三条第一款第三项"},
		{What: "发给您的通知内容", Until: "发出后%d天", Rule: "retain.notice", Law: "个人信息保护法第十九条"},
		{What: "微信往来的收发记录", Until: "收到后%d天", Rule: "retain.delivery", Law: "个人信息保护法第十九条"},
		{What: "邀请码的使用记录", Until: "过期后%d天", Rule: "retain.invitation", Law: "个人信息保护法第十九条"},
		{What: "谁办过、看过什么的审计记录", Until: "%d个月", Rule: "retain.audit", Law: "网络安全法（日志留存不少于六个月）"},
		{What: "同意和撤回的记录、任职记录、删除申请的记录（不含文字说明）", Until: "长期，用来证明处理合法", Law: "个人信息保护法第五十五条、第六十九条"},
		{What: "参加表决的记录（记名投票含投了什么，不记名的没有）、委托、名册意见、议事的发言和联名，以及已公开的内容", Until: "按村务档案保存", Law: "村民委员会组织法；村级档案管理办法"},
	}
}

const (
	casesCounted   = 100
	wordsOpenCases = "您还有%d件事没有办完：会照样办。但是删除以后微信和电话都联系不上您，结果请您自己到村里问。\n"
)

// Answer is what becomes of a person's data, for the person to read.
type Answer struct {
	State     string // model.ErasureAsked …
	ConfirmBy time.Time
	OpenCases int      // of the person; nobody can tell them the answer once they are forgotten
	Now       []string // gone at once
	Held      []Held
}

// Held is data that stays for a while.
type Held struct{ What, Until, Law string }

func (s *Service) answer(ctx context.Context, person model.Person, e model.Erasure) (Answer, error) {
	a := Answer{State: e.State, ConfirmBy: e.ConfirmBy.Time}
	if person.ID != "" {
		open := []model.CaseState{model.CaseSubmitted, model.CaseInProgress, model.CaseReplied}
		cases, _, err := s.Cases.Asked(ctx, model.Actor{VillageID: person.VillageID, VillagerID: person.ID}, casework.Page{States: open, Limit: casesCounted})
		if err != nil {
			return a, err
		}
		a.OpenCases = len(cases)
	}
	for _, hold := range Holds() {
		if hold.Until == "" {
			a.Now = append(a.Now, hold.What)
			continue
		}
		until := hold.Until
		if hold.Rule != "" {
			value, err := s.store.Rule(ctx, hold.Rule, "", s.store.Now())
			if err != nil {
				return a, err
			}
			until = fmt.Sprintf(until, value)
		}
		a.Held = append(a.Held, Held{What: hold.What, Until: until, Law: hold.Law})
	}
	return a, nil
}

// Text is the answer as one reads it.
func (a Answer) Text() string {
	var out strings.Builder
	switch a.State {
	case model.ErasureAsked:
		fmt.Fprintf(&out, "您申请了删除个人信息。请在%s以前再确认一次；不确认就不删。\n确认后马上删除：\n", a.ConfirmBy.In(model.Shanghai).Format("1月2日 15:04"))
	case model.ErasureDone, model.ErasureEnded:
		out.WriteString("已经删除：\n")
	default:
		out.WriteString("确认后马上删除：\n")
	}
	for _, what := range a.Now {
		fmt.Fprintf(&out, "· %s\n", what)
	}
	if a.OpenCases > 0 {
		fmt.Fprintf(&out, wordsOpenCases, a.OpenCases)
	}
	out.WriteString("法律要求先留着的，到期再删：\n")
	for _, held := range a.Held {
		fmt.Fprintf(&out, "· %s：%s（%s）\n", held.What, held.Until, held.Law)
	}
	return out.String()
}
