package help

import (
	"context"
	"strings"

	"cunwu/model"
)

// Accusation is what a message says against office holders.
type Accusation struct {
	Named []string // villager ids of those whom it names
	All   []string // these, or everybody whom an office without a name may mean
	Any   bool     // it accuses, even if nobody holds the office
}

// Accused finds the office holders whom a message accuses: a word of accusation
// together with a holder's name or title, in the village or its township. They
// and their kin must not see it before its sender has chosen who may.
func (s *Service) Accused(ctx context.Context, villageID, text string) (Accusation, error) {
	if !containsAny(text, accusing()) {
		return Accusation{}, nil
	}
	var found Accusation
	for _, o := range offices() {
		holders, err := s.holders(ctx, villageID, o.roles)
		if err != nil {
			return Accusation{}, err
		}
		meant := containsAny(text, o.titles)
		found.Any = found.Any || meant
		for _, h := range holders {
			named := strings.Contains(text, h.Name) || o.names(text, surname(h))
			if named {
				found.Named = append(found.Named, h.ID)
			}
			if named || meant {
				found.All = append(found.All, h.ID)
			}
		}
	}
	if len(found.Named) > 0 {
		found.All, found.Any = found.Named, true
	}
	return found, nil
}

func (s *Service) holders(ctx context.Context, villageID string, roles []model.Role) ([]model.Villager, error) {
	if roles[0] == model.RoleTownship {
		return s.people.HoldersFor(ctx, villageID, model.RoleTownship)
	}
	return s.people.Holders(ctx, villageID, roles...)
}

// office is who bears a title.
type office struct {
	titles []string
	roles  []model.Role
}

// names says whether the text calls a holder by surname and title.
func (o office) names(text, surname string) bool {
	for _, title := range o.titles {
		if strings.Contains(text, surname+title) {
			return true
		}
	}
	return false
}

func offices() []office {
	return []office{
		{[]string{"书记", "支委", "两委", "村干部", "干部", "当官的"}, []model.Role{model.RoleBranchSecretary, model.RoleFirstSecretary}},
		{[]string{"村主任", "主任", "村长", "村委", "会计", "两委", "村干部", "干部", "当官的"}, []model.Role{model.RoleCommittee}},
		{[]string{"网格员"}, []model.Role{model.RoleGridWorker}},
		{[]string{"监委", "监督员"}, []model.Role{model.RoleSupervisor}},
		{[]string{"调解员"}, []model.Role{model.RoleMediator}},
		{[]string{"评议员", "管理员"}, []model.Role{model.RolePointReviewer, model.RoleStoreKeeper}},
		{[]string{"镇干部", "镇里的人", "镇领导"}, []model.Role{model.RoleTownship}},
	}
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
