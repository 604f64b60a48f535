package help

import (
	"context"
	"strings"

	"cunwu/model"
)

// Accused finds the office holders whom a message accuses: a word of accusation
// together with a holder's name or title. They and their kin must not see it
// before its sender has chosen who may.
func (s *Service) Accused(ctx context.Context, villageID, text string) ([]string, bool, error) {
	if !containsAny(text, accusing()) {
		return nil, false, nil
	}
	holders, err := s.people.Holders(ctx, villageID, model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee,
		model.RoleSupervisor, model.RoleGridWorker, model.RoleMediator, model.RolePointReviewer, model.RoleStoreKeeper)
	if err != nil {
		return nil, false, err
	}
	var named []string
	for _, h := range holders {
		if strings.Contains(text, h.Name) || strings.Contains(text, surname(h)+"书记") || strings.Contains(text, surname(h)+"主任") {
			named = append(named, h.ID)
		}
	}
	if len(named) > 0 {
		return named, true, nil
	}
	if !containsAny(text, offices()) {
		return nil, false, nil
	}
	return s.titled(ctx, villageID, text)
}

// titled are those whom an office without a name may mean.
func (s *Service) titled(ctx context.Context, villageID, text string) ([]string, bool, error) {
	roles := []model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary, model.RoleCommittee}
	if strings.Contains(text, "网格员") {
		roles = []model.Role{model.RoleGridWorker}
	}
	holders, err := s.people.Holders(ctx, villageID, roles...)
	ids := make([]string, 0, len(holders))
	for _, h := range holders {
		ids = append(ids, h.ID)
	}
	return ids, true, err
}

func surname(v model.Villager) string {
	for _, r := range v.Name {
		return string(r)
	}
	return v.Name
}

func accusing() []string {
	return []string{"举报", "贪污", "贪了", "挪用", "受贿", "行贿", "收钱", "收了钱", "收礼", "要好处", "要红包", "吃回扣", "克扣", "截留", "冒领", "侵占", "私分", "私吞",
		"以权谋私", "徇私", "优亲厚友", "吃拿卡要", "假公济私", "欺负", "欺压", "打击报复", "打人", "打了我", "骂人", "威胁", "不公平", "偏心", "作风问题", "乱收费", "账不对", "账目不清", "违法", "违纪", "霸占", "占了我"}
}

func offices() []string {
	return []string{"书记", "村主任", "村长", "主任", "村干部", "干部", "会计", "村委", "支委", "两委", "网格员", "当官的"}
}
