package console

import (
	"fmt"
	"html/template"
	"math/big"
	"strings"

	"cunwu/model"
	"cunwu/service/mediation"
)

// Words about disputes stand in this file.

// What the form of an agreement begins with, to be changed.
const (
	draftResponsibility = "甲方：\n乙方："
	draftContent        = "一、\n二、双方今后和睦相处，不再为这件事争执。"
	draftManner         = "付款的当面点清，收款人写收条；做事的做完由对方看过。"
)

func disputeWords() template.FuncMap {
	return template.FuncMap{
		"disputeState": mediation.StateName,
		"disputeTitle": disputeTitle,
		"side":         mediation.SideName,
		"promise":      mediation.PromiseName,
		"partyState":   partyState,
		"flagWords":    flagWords,
		"rate":         rate,
		"told":         told,
		"formWords":    formWords,
	}
}

func partyState(state string) string {
	switch state {
	case model.PartyJoined:
		return "愿意调解"
	case model.PartyRefused:
		return "不愿意"
	}
	return "还没答复"
}

func flagWords(flag string) string {
	if flag == "violence" {
		return "家里可能有暴力"
	}
	return "有人身危险的迹象"
}

func formWords(form string) string {
	switch form {
	case model.FormSigned:
		return "各人在自己的手机上签"
	case model.FormInk:
		return "在纸上用笔签"
	}
	return "口头协议"
}

// rate is a share as people read it; nil isn't told.
func rate(share *float64) string {
	if share == nil {
		return "太少，不给出"
	}
	return fmt.Sprintf("%.0f%%", *share*100)
}

func told(c mediation.Counted) string {
	if c.Hidden {
		return "太少"
	}
	return fmt.Sprint(c.N)
}

func stepWords(name string) string {
	return map[string]string{"filed": "申请", "consented": "双方愿意", "session": "开过会", "agreement": "达成协议", "performed": "履行完"}[name]
}

// fenOf reads an amount of yuan as people write it; nothing is none.
func fenOf(text string) (int64, error) {
	clean := strings.TrimSuffix(strings.NewReplacer(",", "", "，", "", " ", "").Replace(text), "元")
	if clean == "" {
		return 0, nil
	}
	yuan, ok := new(big.Rat).SetString(clean)
	if !ok || strings.ContainsAny(clean, "/eE_xX") || yuan.Sign() < 0 {
		return 0, model.Errorf(model.Invalid, "金额“%s”看不懂，请写成 1200 或 1200.50", text)
	}
	fen := yuan.Mul(yuan, big.NewRat(100, 1))
	if !fen.IsInt() || !fen.Num().IsInt64() {
		return 0, model.Errorf(model.Invalid, "金额“%s”最多写到分", text)
	}
	return fen.Num().Int64(), nil
}
