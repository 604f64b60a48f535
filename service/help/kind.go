// Package help is the message to the Party branch: what a villager says in chat
// becomes a case, joins one, or first needs a question.
package help

import (
	"cunwu/model"
	"cunwu/service/casework"
)

// KindName is the kind of case that a message to the branch is.
const KindName = "help"

// Kind says who acts on messages: the branch secretary; on silence the first
// secretary or the committee; then the township.
func Kind() casework.Kind {
	return casework.Kind{Name: KindName, Title: "留言", Tiers: []casework.Tier{
		{Title: "村党支部", Roles: []model.Role{model.RoleBranchSecretary}},
		{Title: "第一书记、村委会", Roles: []model.Role{model.RoleFirstSecretary, model.RoleCommittee}},
		{Title: "镇里", Roles: []model.Role{model.RoleTownship}},
	}}
}
