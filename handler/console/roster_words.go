package console

import (
	"html/template"
	"strconv"
	"time"

	"cunwu/model"
)

// Words about the roll, roles, rules, the log and the township stand here.

func rosterWords() template.FuncMap {
	return template.FuncMap{
		"age":         age,
		"personState": personState,
		"standing":    standingWords,
		"strength":    strengthWords,
		"role":        model.Role.Title,
		"dutyKinds":   dutyKinds,
		"every":       everyWords,
		"ruleName":    ruleName,
		"ruleUnit":    ruleUnit,
		"did":         didWords,
		"noticeState": noticeStateWords,
		"waited":      waitedWords,
	}
}

// age is in full years; empty: the day of birth isn't known.
func age(born string, today time.Time) string {
	day, err := time.ParseInLocation(time.DateOnly, born, model.Shanghai)
	if err != nil {
		return ""
	}
	today = today.In(model.Shanghai)
	years := today.Year() - day.Year()
	if today.Before(day.AddDate(years, 0, 0)) {
		years--
	}
	return strconv.Itoa(years)
}

func personState(state string) string {
	switch state {
	case model.VillagerMoved:
		return "迁出"
	case model.VillagerDead:
		return "去世"
	}
	return "在册"
}

func standingWords(standing string) string {
	switch standing {
	case model.StandingOutside:
		return "外村"
	case model.StandingStaff:
		return "不在名册，来办事的"
	}
	return "本村"
}

func strengthWords(strength string) string {
	switch strength {
	case "":
		return "没绑定"
	case model.BoundByCode:
		return "绑定了"
	}
	return "绑定并核实了"
}
