package mediation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
)

// The agreement's text, after the form of the Ministry of Justice (司法部
// 人民调解文书格式). All its words stand in this file.

const (
	agreementTitle = "人民调解协议书"
	agreementEnd   = "本协议由各方签名、人民调解员签名并加盖人民调解委员会印章后生效。各方应当自觉履行；不履行的，另一方可以向人民法院起诉。%s"
	agreementCourt = "各方可以在协议生效之日起三十日内，共同向人民法院申请司法确认。"
)

// agreementText fills the template in.
func (s *Service) agreementText(ctx context.Context, d *desk, matter Matter, in Draft) (string, error) {
	unit, err := s.People.Get(ctx, d.VillageID)
	if err != nil {
		return "", err
	}
	lines := []string{agreementTitle, fmt.Sprintf("%s人民调解委员会  %s年第%d号（第%d稿）", unit.Name, d.FiledAt.Format("2006"), d.Number, d.Version+1), "", "当事人："}
	for _, p := range d.joined() {
		line, err := s.partyLine(ctx, d, *p)
		if err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	lines = append(lines, "", "纠纷的主要事实、争议事项："+in.Facts, "",
		"各方当事人的责任："+in.Responsibility, "",
		"经调解，各方依据"+matter.Basis+"，自愿达成如下协议：", in.Content, "", "履行方式："+in.Manner, "履行期限：")
	for i, p := range in.Promises {
		lines = append(lines, fmt.Sprintf("%d. %s在%s前：%s%s", i+1, SideName(p.By), dayWords(p.DueOn), p.What, yuanWords(p.Fen)))
	}
	court := ""
	if matter.Confirm == ConfirmYes || matter.Confirm == ConfirmProperty && in.OnlyProperty {
		court = agreementCourt
	}
	conductor := "人民调解员：" + d.MediatorName
	if d.Tier == model.TierTownship {
		conductor = "调解员（镇司法所）：" + d.OfficerName
	}
	lines = append(lines, "", fmt.Sprintf(agreementEnd, court), "", conductor)
	return strings.Join(lines, "\n"), nil
}

func (s *Service) partyLine(ctx context.Context, d *desk, p model.DisputeParty) (string, error) {
	line := SideName(p.Side) + "：" + p.Name
	if p.PersonID == "" {
		return line + "（不在本村名册）", nil
	}
	v, err := s.villager(ctx, model.Person{VillageID: d.VillageID, ID: p.PersonID})
	if err != nil {
		return "", err
	}
	line += "，" + v.Gender
	if born, err := time.Parse(time.DateOnly, v.BornOn); err == nil {
		line += "，" + born.Format("2006年1月2日") + "出生"
	}
	if p.Minor {
		line += "；监护人：" + p.GuardianName
	}
	return line, nil
}

func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2006年1月2日")
}

// yuanWords says an amount of fen; nothing for none.
func yuanWords(fen int64) string {
	if fen == 0 {
		return ""
	}
	return fmt.Sprintf("，%d.%02d元", fen/100, fen%100)
}

// confirmationForm is the application to the court, filled in (最高人民法院
// 司法确认申请书样式).
func confirmationForm(d model.Dispute, parties []model.DisputeParty, a model.DisputeAgreement, unit model.Village) string {
	lines := []string{"司法确认申请书", ""}
	for _, p := range parties {
		if p.State == model.PartyJoined {
			lines = append(lines, "申请人（"+SideName(p.Side)+"）："+p.Name+"　身份证号：__________________　电话：______________　住址：______________")
		}
	}
	return strings.Join(append(lines, "",
		"请求事项：确认"+unit.Name+"人民调解委员会"+d.FiledAt.Format("2006")+"年第"+fmt.Sprint(d.Number)+"号人民调解协议有效。",
		"事实和理由：申请人之间的"+d.Kind+"纠纷，经"+unit.Name+"人民调解委员会调解，于"+a.EffectiveAt.Format("2006年1月2日")+"达成人民调解协议，自该日起生效。",
		"申请人承诺：自愿达成协议，没有恶意串通、规避法律，没有损害他人；愿意承担由此产生的责任。",
		"附：人民调解协议书、申请人身份证明、与协议有关的财产权利证明。", "",
		"此致", "______________人民法院", "",
		"申请人（签名）：______________　______________",
		"　　　　年　　月　　日"), "\n")
}
