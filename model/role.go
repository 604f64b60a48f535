package model

// Role is what somebody may be in a village besides being a villager.
type Role string

// The roles of api.md. Everyone on the roster is a Villager.
const (
	RoleVillager        Role = "villager"
	RoleBranchSecretary Role = "branch_secretary"
	RoleFirstSecretary  Role = "first_secretary"
	RoleCommittee       Role = "committee_member"
	RoleSupervisor      Role = "supervisor"
	RoleMediator        Role = "mediator"
	RoleLawyer          Role = "lawyer"
	RoleGridWorker      Role = "grid_worker"
	RolePointReviewer   Role = "point_reviewer"
	RoleStoreKeeper     Role = "store_keeper"
	RoleTownship        Role = "township_officer"
	RoleOperator        Role = "operator"
)

// Verb is something that needs permission.
type Verb string

// The verbs that exist; each capability adds its own.
const (
	VerbAsk          Verb = "case.ask"             // leave a message for the branch
	VerbHandle       Verb = "case.handle"          // answer, ask back, extend, transfer, close
	VerbConfidential Verb = "case.confidential"    // read what is meant for the township only
	VerbMediate      Verb = "dispute.mediate"      // take and mediate disputes
	VerbCounsel      Verb = "dispute.counsel"      // advise as the public-interest lawyer
	VerbSupervise    Verb = "dispute.supervise"    // read every dispute, act in the last tier
	VerbDisputeCount Verb = "dispute.figures"      // see figures of disputes
	VerbHear         Verb = "case.hear"            // enter a spoken verdict for its speaker
	VerbBindOthers   Verb = "binding.manage"       // unbind, re-bind, confirm in person
	VerbInvite       Verb = "invitation.create"    // hand out binding codes
	VerbCallList     Verb = "notice.call"          // see and tick who must be called
	VerbReach        Verb = "notice.reach"         // see who knows of an event
	VerbDeadLetters  Verb = "notice.dead"          // see and re-send dead letters
	VerbGrant        Verb = "role.grant"           // give and end roles
	VerbImport       Verb = "roster.import"        // import the roster
	VerbCreate       Verb = "village.create"       // create villages
	VerbUpload       Verb = "media.upload"         // upload files
	VerbReview       Verb = "content.review"       // decide what may be published
	VerbRoster       Verb = "roster.state"         // record deaths and moves
	VerbPersonal     Verb = "person.data"          // export or erase somebody's data for them, who is there in person
	VerbCorrect      Verb = "roster.correct"       // decide on corrections of the roll
	VerbRoll         Verb = "roster.read"          // read the roll, with ID numbers and phones masked
	VerbAudit        Verb = "audit.read"           // read who did and read what
	VerbDisclose     Verb = "disclosure.publish"   // draft, publish, correct, withdraw
	VerbSignOff      Verb = "disclosure.sign"      // sign off as the supervision committee
	VerbApprove      Verb = "disclosure.approve"   // approve party disclosures
	VerbCatalogue    Verb = "disclosure.catalogue" // change what is due when
	VerbVote         Verb = "poll.vote"            // vote, object, sign proposals, remark
	VerbPoll         Verb = "poll.manage"          // put polls, take matters forward
	VerbPollDesk     Verb = "poll.desk"            // enter paper sheets, phone votes and proxy slips
	VerbPollRead     Verb = "poll.read"            // read polls, their discussion and results
	VerbPollWatch    Verb = "poll.watch"           // check the roll, void a vote that the voter denies
	VerbMatter       Verb = "matter.propose"       // open a matter with the branch's study record
	VerbMerit        Verb = "merit.take"           // claim, object, redeem
	VerbMeritManage  Verb = "merit.manage"         // rule book, goods, year's close, stories, deductions
	VerbMeritReview  Verb = "merit.review"         // review claims
	VerbMeritStore   Verb = "merit.store"          // hand out goods, enter sheets
	VerbMeritJudge   Verb = "merit.judge"          // decide on objections, reverse, read the exceptions
)

// Roles returns every role with its Chinese name, in the order of the table.
func Roles() []Role {
	return []Role{RoleVillager, RoleBranchSecretary, RoleFirstSecretary, RoleCommittee, RoleSupervisor, RoleMediator,
		RoleLawyer, RoleGridWorker, RolePointReviewer, RoleStoreKeeper, RoleTownship, RoleOperator}
}

// Title is the role's name as people say it.
func (r Role) Title() string {
	switch r {
	case RoleVillager:
		return "村民"
	case RoleBranchSecretary:
		return "党支部书记"
	case RoleFirstSecretary:
		return "第一书记"
	case RoleCommittee:
		return "村委会委员"
	case RoleSupervisor:
		return "村务监督委员"
	case RoleMediator:
		return "人民调解员"
	case RoleLawyer:
		return "公益律师"
	case RoleGridWorker:
		return "网格员"
	case RolePointReviewer:
		return "积分评议员"
	case RoleStoreKeeper:
		return "积分超市管理员"
	case RoleTownship:
		return "镇里工作人员"
	case RoleOperator:
		return "系统管理员"
	}
	return ""
}

// Verbs is the permission table: what a role may do in the villages it holds for.
func (r Role) Verbs() []Verb {
	switch r {
	case RoleVillager:
		return []Verb{VerbAsk, VerbUpload, VerbVote, VerbPollRead, VerbMerit}
	case RoleBranchSecretary, RoleFirstSecretary:
		return []Verb{VerbHandle, VerbReview, VerbHear, VerbBindOthers, VerbInvite, VerbCallList, VerbReach, VerbRoster, VerbCorrect, VerbPoll, VerbPollRead, VerbPollDesk, VerbMatter, VerbDisputeCount, VerbMeritManage, VerbDisclose, VerbApprove, VerbRoll}
	case RoleCommittee:
		return []Verb{VerbHandle, VerbReview, VerbHear, VerbBindOthers, VerbInvite, VerbCallList, VerbReach, VerbRoster, VerbCorrect, VerbPoll, VerbPollRead, VerbPollDesk, VerbDisputeCount, VerbMeritManage, VerbDisclose, VerbRoll}
	case RoleSupervisor:
		return []Verb{VerbReview, VerbHear, VerbReach, VerbPollRead, VerbPollWatch, VerbDisputeCount, VerbMeritJudge, VerbSignOff, VerbAudit}
	case RoleGridWorker:
		return []Verb{VerbHear, VerbBindOthers, VerbInvite, VerbCallList, VerbCorrect, VerbPollRead, VerbPollDesk, VerbReach, VerbRoll}
	case RoleTownship:
		return []Verb{VerbUpload, VerbPollRead, VerbReview, VerbHandle, VerbConfidential, VerbHear, VerbBindOthers, VerbInvite, VerbCallList, VerbReach, VerbCorrect, VerbCounsel, VerbSupervise, VerbDisputeCount, VerbMeritJudge, VerbCatalogue, VerbRoll, VerbAudit}
	case RoleMediator:
		return []Verb{VerbUpload, VerbPollRead, VerbMediate, VerbDisputeCount}
	case RoleLawyer:
		return []Verb{VerbUpload, VerbPollRead, VerbCounsel}
	case RolePointReviewer:
		return []Verb{VerbPollRead, VerbMeritReview}
	case RoleStoreKeeper:
		return []Verb{VerbPollRead, VerbMeritStore}
	case RoleOperator:
		return []Verb{VerbDeadLetters, VerbGrant, VerbImport, VerbCreate, VerbInvite, VerbBindOthers, VerbRoster, VerbPersonal, VerbRoll, VerbAudit}
	}
	return nil
}
