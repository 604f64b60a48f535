package merit

import (
	"fmt"
	"strings"
	"time"

	"cunwu/model"
)

// All words that notices about merit points are made of stand in this file, so
// that a village can review them.

const (
	flagLate      = "late"
	flagHousehold = "household"
	flagPhoto     = "photo"
	flagBlank     = "blank"

	rollFoot = "只列自己愿意上榜的户；用掉的分不减。积分只记好人好事，和低保、土地、投票、办事都没有关系。"

	objectionUpheld = "异议成立"
	appealUpheld    = "申诉成立，予以更正"
)

// clip cuts text to n characters.
func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

func when(t time.Time) string {
	t = t.In(model.Shanghai)
	if t.Hour() == 23 && t.Minute() == 59 {
		return t.Format("1月2日")
	}
	return t.Format("1月2日 15:04")
}

// FlagWords say what looked odd, for reviewers.
func FlagWords(flags string) string {
	names := map[string]string{flagLate: "做完一周后才报", flagHousehold: "同户同日报过同一项", flagPhoto: "照片与以前报过的很像", flagBlank: "照片几乎是空白"}
	var words []string
	for f := range strings.SplitSeq(flags, ",") {
		if names[f] != "" {
			words = append(words, names[f])
		}
	}
	return strings.Join(words, "、")
}

// StateName is a claim's state as people say it.
func StateName(state string) string {
	return map[string]string{model.ClaimReviewing: "正在评议", model.ClaimNoticed: "正在公示", model.ClaimDisputed: "有异议，监督委员会在看",
		model.ClaimRefused: "没有通过", model.ClaimPosted: "已记分", model.ClaimReversed: "已更正", model.ClaimWithdrawn: "已撤回"}[state]
}

// CauseName is what a posting is, as people say it.
func CauseName(cause string) string {
	return map[string]string{model.MeritAward: "得分", model.MeritDeduct: "扣分", model.MeritHold: "兑换预留", model.MeritRelease: "退回",
		model.MeritSettle: "兑换", model.MeritExpire: "年底清零", model.MeritReverse: "更正"}[cause]
}

func periodWords(period string) string {
	return map[string]string{"day": "每天", "week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}[period]
}

func pointsWords(points int64) string {
	if points < 0 {
		return fmt.Sprintf("扣%d分", -points)
	}
	return fmt.Sprintf("%d分", points)
}

func reviewText(c model.MeritClaim, due model.Time) string {
	text := fmt.Sprintf("请评议积分%d号：%s在%s“%s”，%s。", c.Number, c.PersonName, c.HappenedOn, c.Title, pointsWords(c.Points))
	if c.ClaimantID != c.PersonID {
		text += c.ClaimantName + "报的。"
	}
	if c.Text != "" {
		text += "说明：" + clip(c.Text, 200) + "。"
	}
	if odd := FlagWords(c.Flags); odd != "" {
		text += "请留意：" + odd + "。"
	}
	return text + fmt.Sprintf("\n%s前回“积分 %d 同意”，或“积分 %d 不同意 理由”。", when(due.Time), c.Number, c.Number)
}

func shortText(c model.MeritClaim) string {
	return fmt.Sprintf("积分%d号的评议员不够（当事人的亲属要回避）。请再选几位积分评议员，由系统管理员登记。", c.Number)
}

func filedForYouText(c model.MeritClaim) string {
	switch c.Kind {
	case model.ClaimPraise:
		return fmt.Sprintf("%s夸您“%s”，已替您申报%s（积分%d号），评议公示后记到您家。", c.ClaimantName, c.Title, pointsWords(c.Points), c.Number)
	case model.ClaimDeduct:
		return fmt.Sprintf("村里提出“%s”%s（积分%d号），正在评议，结果只告诉您家。不同意可以回“积分 申诉 %d 理由”，等评议有了结果再提。", c.Title, pointsWords(c.Points), c.Number, c.Number)
	}
	return fmt.Sprintf("%s替您申报了“%s”%s（积分%d号）。不是您做的，请回“积分 撤回 %d”。", c.ClaimantName, c.Title, pointsWords(c.Points), c.Number, c.Number)
}

func noticedText(c model.MeritClaim) string {
	if c.Kind == model.ClaimDeduct {
		return fmt.Sprintf("积分%d号：“%s”%s已评议通过，%s后扣除，不公开。不同意请回“积分 异议 %d 理由”。", c.Number, c.Title, pointsWords(c.Points), when(c.NoticeUntil.Time), c.Number)
	}
	return fmt.Sprintf("积分%d号（%s %s）评议通过，公示到%s，没有异议就记分。", c.Number, c.PersonName, c.Title, when(c.NoticeUntil.Time))
}

func refusedText(c model.MeritClaim) string {
	return fmt.Sprintf("积分%d号（%s）没有通过：%s。\n不同意请回“积分 申诉 %d 理由”，由村务监督委员会来看。", c.Number, c.Title, c.Outcome, c.Number)
}

func postedText(c model.MeritClaim, points int64) string {
	switch {
	case points == 0:
		return fmt.Sprintf("积分%d号（%s）：您家余额为0，没有扣分。", c.Number, c.Title)
	case points < 0:
		return fmt.Sprintf("积分%d号（%s）已扣%d分。不同意请回“积分 申诉 %d 理由”。", c.Number, c.Title, -points, c.Number)
	}
	return fmt.Sprintf("谢谢%s！积分%d号（%s）的%d分已记到您家。回“积分”看余额。", c.PersonName, c.Number, c.Title, points)
}

func certificateText(when, points string, r Ranked) string {
	place := ""
	if r.Place <= placesSaid {
		place = fmt.Sprintf("，在全村光荣榜上排第%d名", r.Place)
	}
	return fmt.Sprintf("　　%s，您家热心公益、邻里相助，得%s%d分%s。特发此证，向您全家表示感谢！", when, points, r.Points, place)
}

func thanksText(c model.MeritClaim) string {
	return fmt.Sprintf("感谢您一家！%s做了“%s”，%d分已记到您家。回“积分”看余额。", c.PersonName, c.Title, c.Points)
}

func disputeText(c model.MeritClaim, reason string) string {
	return fmt.Sprintf("积分%d号（%s，%s，%s）：%s", c.Number, c.PersonName, c.Title, pointsWords(c.Points), reason)
}

func disputedText(c model.MeritClaim) string {
	return fmt.Sprintf("积分%d号（%s）有人提出异议或申诉，先停一停，由村务监督委员会来看。", c.Number, c.Title)
}

// judgedWords are what whoever objected or appealed is told.
func judgedWords(upheld bool, reason string) string {
	if upheld {
		return "您对积分的意见成立，已更正：" + reason
	}
	return "您对积分的意见不成立：" + reason + "\n还不同意，可以直接留言，请镇里看。"
}

func standsText(c model.MeritClaim) string {
	return fmt.Sprintf("积分%d号（%s）的异议看完了，维持原来的结果：%s。", c.Number, c.Title, StateName(c.State))
}

func reversedText(c model.MeritClaim) string {
	return fmt.Sprintf("积分%d号（%s）已更正：%s。回“积分”看余额。", c.Number, c.Title, c.Outcome)
}

// RedemptionName is a redemption's state as people say it.
func RedemptionName(state string) string {
	return map[string]string{model.RedemptionReserved: "待取货", model.RedemptionSettled: "已取货", model.RedemptionCancelled: "已取消", model.RedemptionLapsed: "已过期"}[state]
}

func goodsWords(r model.MeritRedemption) string {
	return fmt.Sprintf("%s×%d", r.GoodsName, r.Quantity)
}

func reservedText(r model.MeritRedemption) string {
	return fmt.Sprintf("兑换%d号：%s，先扣%d分，%s前到积分超市取。不要了回“积分 退 %d”。", r.Number, goodsWords(r), r.Points, when(r.ExpiresAt.Time), r.Number)
}

func cancelledText(r model.MeritRedemption) string {
	return fmt.Sprintf("兑换%d号（%s）由积分超市取消了，%d分已退回。", r.Number, goodsWords(r), r.Points)
}

func lapsedText(r model.MeritRedemption) string {
	return fmt.Sprintf("兑换%d号（%s）没有按时取货，%d分已退回。还要的话请重新兑换。", r.Number, goodsWords(r), r.Points)
}

func handedText(r model.MeritRedemption) string {
	return fmt.Sprintf("兑换%d号：%s说已把%s交给您。收到了请回“积分 收到 %d”，没收到不要回。", r.Number, r.KeeperName, goodsWords(r), r.Number)
}

func settledText(r model.MeritRedemption) string {
	return fmt.Sprintf("兑换%d号办好了：%s，用了%d分，经手人%s。不对请马上留言。", r.Number, goodsWords(r), r.Points, r.KeeperName)
}

func cardText(r model.MeritRedemption) string {
	return fmt.Sprintf("有人用您家的户卡兑换%s（%d分），经手人%s。不是您家办的，请马上告诉村里。", goodsWords(r), r.Points, r.KeeperName)
}

func witnessText(r model.MeritRedemption) string {
	return fmt.Sprintf("请您见证：兑换%d号，%s，%d分，经手人%s。亲眼看到交给那户了，请回“积分 见证 %d”；没看到不要回。", r.Number, goodsWords(r), r.Points, r.KeeperName, r.Number)
}

func oddText(c model.MeritClaim, flag string, earlier int64) string {
	if flag == flagPhoto && earlier > 0 {
		return fmt.Sprintf("请留意：积分%d号的照片，与积分%d号报过的很像。请核实后再评。", c.Number, earlier)
	}
	return fmt.Sprintf("请留意：积分%d号，%s。请核实后再评。", c.Number, FlagWords(flag))
}

func weekText(week string, odd []model.MeritException) string {
	lines := []string{fmt.Sprintf("%s这一周的积分有%d处要请您看看：", week, len(odd))}
	for _, o := range odd[:min(len(odd), 8)] {
		lines = append(lines, o.Text)
	}
	return strings.Join(append(lines, "回“积分 异常”看全部。"), "\n")
}

func closeText(c model.MeritClose, balance int64) string {
	if c.Carry == 100 {
		return fmt.Sprintf("%d年的积分快要结转了。您家有%d分，全部结转到下一年。", c.YearNo, balance)
	}
	return fmt.Sprintf("%d年的积分快要结转了。您家有%d分，%s以后只留%d%%，其余的清零。想换东西请早点到积分超市，回“积分 商店”看有什么。",
		c.YearNo, balance, c.EndsAt.Format("1月2日"), c.Carry)
}

func storyText(title string) string {
	return fmt.Sprintf("村里为您写了一篇事迹《%s》。您同意以后才给大家看。请在小程序里看过再点同意，不愿意就不用理会。", title)
}
