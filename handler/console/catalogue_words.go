package console

import (
	"cunwu/model"
	"cunwu/service/disclosure"
)

func dutyKinds() []choice {
	var all []choice
	for _, kind := range []string{model.DiscloseVillage, model.DiscloseFinance, model.DiscloseLand, model.DiscloseParty, model.DiscloseDecision} {
		all = append(all, choice{Value: kind, Text: disclosure.KindTitle(kind)})
	}
	return all
}

// everyWords say how often something is due.
func everyWords(months int) string {
	switch months {
	case 0:
		return "随时"
	case 1:
		return "每月"
	case 3:
		return "每季"
	case 12:
		return "每年"
	}
	return "每" + count(months) + "个月"
}
