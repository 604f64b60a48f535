// Made by tools/types.mjs from `server openapi`; a test compares. Don't edit.

export interface AdvanceInputBody {
  /** published 和 executed：已经发布的公开 */
  disclosure_id?: string
  /** 什么时间、什么结果 */
  record: string
  /** 下一步；不能跳 */
  state: 'discussed' | 'reviewed' | 'resolved' | 'published' | 'executed'
  /** 有签名的会议记录；resolved 必须有 */
  upload_id?: string
}

export interface Agreement {
  /** 双方一起申请司法确认的最后期限；null 是不能申请 */
  confirm_by: string | null
  confirmed_at: string | null
  drafted_at: string
  drafted_by: string
  effective_at: string | null
  form: 'signed' | 'ink' | 'oral'
  /** 全文的 SHA-256；签名时带上 */
  hash: string
  /** 签好名的纸 */
  paper_upload_id?: string
  promises: Array<Promise>
  signatures: Array<Signature>
  text?: string
  version: number
}

export interface Aid {
  /** 可能能得到；由法律援助中心决定 */
  likely: boolean
  /** 下一步 */
  next: string
  why: string
}

export interface AidQuestions {
  /** 要办什么事 */
  matters: Array<string>
  /** 是什么人 */
  persons: Array<string>
}

export interface AnswerProposalInputBody {
  /** 列为议题 */
  accept: boolean
  /** accept：党支部为它提出的议题 */
  matter_id?: string
  /** 怎么办，或者为什么不办 */
  text: string
}

export interface ApproveInputBody {
  /** 内容真实 */
  accuracy: boolean
  digest: string
  /** 有必要公开 */
  need: boolean
  /** 没有涉密内容 */
  secrecy: boolean
}

export interface AskInputBody {
  /** 问题和答复会公开，只显示您的姓 */
  text: string
}

export interface AssistedInputBody {
  choices: Array<number> | null
  /** 本人是怎么同意的 */
  consent: string
  /** 录音或签名 */
  upload_id?: string
  voter: PersonNamed | null
}

export interface Ballot {
  choices: Array<number>
  receipt: string
  /** 记名投票才有 */
  voter?: string
}

export interface BallotInputBody {
  /** 选第几项，从1数起 */
  choices: Array<number> | null
  /** 知道这是全家的一票 */
  for_household?: boolean
  /** 给了我委托书的人；代办人不能代投 */
  on_behalf_of?: string
  /** 客户端随机生成的32位十六进制数；网络断了用同一个重发 */
  receipt: string
}

export interface BindInputBody {
  /** 8位邀请码 */
  invite_code?: string
  name?: string
  /** 一户的邀请码：选的是哪个人（choices 里的 id） */
  person_id?: string
  /** 手机号按钮得到的 code，只能用一次：要再提交，请再点一次按钮 */
  phone_code?: string
  /** 哪个村；不写就在能找的村里找 */
  village?: string
}

export interface Bound {
  /** 要从里面选一个，再提交一次 */
  choices?: Array<Choice> | null
  /** 请求的编号，村里的人用它确认 */
  number?: number
  person: Person | null
  /** bound 绑好了；pending 等村里确认 */
  state: 'bound' | 'pending' | 'choose_person' | 'choose_village'
}

export interface By {
  at: string | null
  name: string
}

export interface Case {
  /** 只给经办人看；保密的不给 */
  asker?: string
  closed_how?: string
  /** 只给镇里看 */
  confidential: boolean
  /** 什么时候前先回话 */
  contact_due: string | null
  /** 什么时候前答复 */
  due_at: string | null
  /** 由谁办；空的是暂时没有人能办 */
  handler: string
  id: string
  kind: string
  /** 人们说的编号 #N */
  number: number
  opened_at: string
  replied_at: string | null
  /** 提问人说解决了 */
  solved: boolean
  stars: number
  state: 'submitted' | 'in_progress' | 'replied' | 'closed'
  state_text: string
  /** 开头的话；不便显示的不给 */
  text: string
  topic: string
  urgent: boolean
  village: string
}

export interface CaseView {
  /** 只给经办人看；保密的不给 */
  asker?: string
  /** 每一级的时限 */
  clocks: Array<Clock>
  closed_how?: string
  /** 只给镇里看 */
  confidential: boolean
  /** 什么时候前先回话 */
  contact_due: string | null
  /** 什么时候前答复 */
  due_at: string | null
  /** 由谁办；空的是暂时没有人能办 */
  handler: string
  id: string
  kind: string
  /** 人们说的编号 #N */
  number: number
  opened_at: string
  replied_at: string | null
  /** 您和这件事的关系 */
  side: 'asker' | 'signer' | 'handler' | 'listener' | 'helper'
  /** 提问人说解决了 */
  solved: boolean
  stars: number
  state: 'submitted' | 'in_progress' | 'replied' | 'closed'
  state_text: string
  /** 开头的话；不便显示的不给 */
  text: string
  timeline: Array<Event>
  topic: string
  urgent: boolean
  village: string
}

export interface Check {
  at: string
  author: string
  id: string
  kind: 'text' | 'media'
  /** 自己写的，由别人决定 */
  own: boolean
  /** 微信认为有风险；要公开必须写理由 */
  risky: boolean
  /** 是什么的一部分，如 question/ID */
  subject: string
  text?: string
  upload_id?: string
  /** 为什么要人看 */
  why: string
}

export interface CheckInputBody {
  publish: boolean
  /** 不公开，或有风险仍要公开时，必须写 */
  reason?: string
}

export interface Choice {
  id: string
  name: string
}

export interface Clock {
  contact_due: string | null
  contacted_at: string | null
  due_at: string | null
  ended_at: string | null
  ended_how?: string
  started_at: string
  /** 哪一级在办 */
  tier: string
}

export interface ConfirmInputBody {
  /** 有同名的要写户号；外来的工作人员写“外” */
  household_no?: string
  number: number
  village: string
}

export interface Consent {
  at: string | null
  given: boolean
  /** 不同意就办不了这件事 */
  needed: boolean
  /** 同意的是旧的说明，要再问一次 */
  outdated: boolean
  purpose: string
  text: string
  title: string
  /** 说明的版本；同意时要带上 */
  version: string
}

export interface ConsentInputBody {
  /** false 是收回 */
  given: boolean
  purpose: string
  /** 看到的说明的版本 */
  version: string
}

export interface Consistency {
  from: number
  /** base64；tlog.CheckTree */
  hashes: Array<string>
  /** base64 */
  root: string
  size: number
}

export interface Contact {
  /** 这是第一次回话 */
  first: boolean
}

export interface Content {
  /** 按模板填好的收支明细表（.xlsx），先 POST /uploads；原表不公开，公开的是里面的明细 */
  finance_upload_id?: string
  text?: string
  /** 不写就用期数和名称 */
  title?: string
  /** 附件，公开后人人看得到；先 POST /uploads */
  upload_ids?: Array<string>
}

export interface CorrectInputBody {
  /** 按模板填好的收支明细表（.xlsx），先 POST /uploads；原表不公开，公开的是里面的明细 */
  finance_upload_id?: string
  /** 为什么更正；和更正前后的不同一起公开 */
  reason: string
  text?: string
  /** 不写就用期数和名称 */
  title?: string
  /** 附件，公开后人人看得到；先 POST /uploads */
  upload_ids?: Array<string>
}

export interface Correction {
  asked_at: string
  case_id: string
  case_number: number
  decided_at: string | null
  field: string
  id: string
  state: 'open' | 'confirmed' | 'refused' | 'lapsed'
  title: string
}

export interface CorrectionInputBody {
  /** 有什么可以证明 */
  evidence?: string
  /** 哪一项不对 */
  field: string
  /** 证明的照片 */
  upload_id?: string
  /** 应该是什么 */
  value: string
}

export interface Course {
  created_at: string
  /** 终止了 */
  ended_at: string | null
  ended_reason?: string
  id: string
  kind: string
  /** 来自哪个村民提议 */
  proposal_id?: string
  state: 'proposed' | 'discussed' | 'reviewed' | 'resolved' | 'published' | 'executed'
  state_text: string
  /** 走过的各步 */
  steps: Array<Step>
  text: string
  title: string
  village: string
}

export interface Court {
  days_left: number
  /** 什么时候以前申请 */
  last: string | null
  /** 填好的司法确认申请书 */
  text: string
}

export interface DangerInputBody {
  /** 真的有危险 */
  real: boolean
}

export interface DecideInputBody {
  /** 采纳 */
  adopted: boolean
  reason: string
}

export interface DecideObjectionInputBody {
  /** true 是采纳，名册随之改正 */
  accept: boolean
  reason: string
}

export interface DiffLine {
  how: 'same' | 'added' | 'removed'
  text: string
}

export interface Disclosure {
  /** 目录里的哪一项 */
  duty: string
  id: string
  kind: 'party' | 'village' | 'finance' | 'land' | 'decision'
  kind_text: string
  /** 正在准备的是第几版；0 没有 */
  pending: number
  /** 哪一期：2026-03、2026-Q1、2026；随时公开的是事项的编号 */
  period: string
  /** 哪天贴到公示栏（以照片为准） */
  posted_at: string | null
  /** 至少贴到什么时候 */
  posted_until: string | null
  published_at: string | null
  /** 党务公开的范围 */
  scope: 'public' | 'party' | 'organisation' | 'named'
  state: 'draft' | 'published' | 'withdrawn'
  title: string
  /** 现在公开的是第几版；0 还没公开 */
  version: number
  village: string
  withdrawn_at: string | null
  withdrawn_reason?: string
}

export interface DisclosureView {
  /** 收支；没有是 null */
  accounts: Statement | null
  /** 党务公开的审批 */
  approved: By | null
  /** 公示栏的照片 */
  board_upload_id?: string
  /** 准备中的一版：签字和审批时带上，证明看的就是这一版 */
  digest?: string
  /** 目录里的哪一项 */
  duty: string
  id: string
  kind: 'party' | 'village' | 'finance' | 'land' | 'decision'
  kind_text: string
  /** 在公开账本里的位置；刚公开时是空的 */
  leaves: Array<Leaf>
  /** 正在准备的是第几版；0 没有 */
  pending: number
  /** 哪一期：2026-03、2026-Q1、2026；随时公开的是事项的编号 */
  period: string
  /** 哪天贴到公示栏（以照片为准） */
  posted_at: string | null
  /** 至少贴到什么时候 */
  posted_until: string | null
  published: By | null
  published_at: string | null
  questions: Array<Question>
  /** 这一版为什么更正 */
  reason?: string
  /** 党务公开的范围 */
  scope: 'public' | 'party' | 'organisation' | 'named'
  /** 下面是第几版 */
  shown: number
  /** 村务监督委员会 */
  signed: By | null
  state: 'draft' | 'published' | 'withdrawn'
  /** 撤下的不给 */
  text: string
  title: string
  /** 附件：/disclosures/{id}/files/{upload} */
  upload_ids: Array<string>
  /** 现在公开的是第几版；0 还没公开 */
  version: number
  /** 公开过的各版，新的在前 */
  versions: Array<Version>
  village: string
  withdrawn_at: string | null
  withdrawn_reason?: string
  written: By | null
}

export interface Discussion {
  /** 隐藏了几条 */
  hidden: number
  items: Array<Remark>
  next: string | null
}

export interface DismissInputBody {
  /** 有同名的要写 */
  household_no?: string
  name: string
  village?: string
}

export interface Dispute {
  closed_at: string | null
  /** 这一级的期限 */
  due_at: string | null
  filed_at: string
  id: string
  kind: string
  /** 人们说的编号 #N */
  number: number
  /** 结束了才有 */
  outcome?: 'kept' | 'failed' | 'refused' | 'silent' | 'withdrawn' | 'rejected'
  /** 您是谁：甲方、乙方、调解员、律师、镇司法所；空的是还没有人接手的 */
  part?: 'applicant' | 'respondent' | 'mediator' | 'lawyer' | 'township'
  state: 'accepting' | 'consent' | 'mediating' | 'agreed' | 'closed'
  state_text: string
  /** 哪一级在办 */
  tier: string
  village: string
}

export interface DisputeStanding {
  id: string
  number: number
  state: string
  state_text: string
}

export interface DisputeView {
  agreement: Agreement | null
  /** 等您答复的：愿不愿意调解、要不要请律师 */
  asking?: 'consent' | 'lawyer'
  /** 每一级的时限 */
  clocks: Array<Clock>
  closed_at: string | null
  /** 这一级的期限 */
  due_at: string | null
  extended: boolean
  filed_at: string
  /** 人身危险的红旗；只给调解员和镇里看 */
  flag: Flag | null
  id: string
  kind: string
  lawyer: string
  /** 律师为哪一方服务 */
  lawyer_side?: 'applicant' | 'respondent'
  mediator: string
  /** 人们说的编号 #N */
  number: number
  /** 镇司法所的经办人 */
  officer: string
  /** 结束了才有 */
  outcome?: 'kept' | 'failed' | 'refused' | 'silent' | 'withdrawn' | 'rejected'
  /** 您是谁：甲方、乙方、调解员、律师、镇司法所；空的是还没有人接手的 */
  part?: 'applicant' | 'respondent' | 'mediator' | 'lawyer' | 'township'
  parties: Array<Party>
  /** 怎么结束的 */
  reason?: string
  /** 因没照协议做，重新调解过几次 */
  reopened: number
  /** 每一步都要给人看：可以起诉、申请仲裁 */
  rights: string
  sessions: Array<Meeting>
  state: 'accepting' | 'consent' | 'mediating' | 'agreed' | 'closed'
  state_text: string
  /** 哪一级在办 */
  tier: string
  village: string
  /** 您能看的话 */
  words: Array<Word>
}

export interface DisputeWordsInputBody {
  /** 替谁说（他同意过您代办）：person 的 id */
  on_behalf_of?: string
  text?: string
  /** 调解员对谁说：甲方、乙方、双方；当事人不写就是对调解员说，lawyer 是对为自己服务的律师说 */
  to?: 'applicant' | 'respondent' | 'both' | 'lawyer'
  /** 先 POST /uploads 得到的 id */
  upload_ids?: Array<string>
}

export interface DraftInputBody {
  /** 协议的内容 */
  content: string
  /** 主要事实、争议事项 */
  facts: string
  /** 在小程序里签、在纸上签、口头协议 */
  form: 'signed' | 'ink' | 'oral'
  /** 履行方式 */
  manner: string
  /** 只涉及财产，不涉及身份关系：可以申请司法确认 */
  only_property?: boolean
  /** 谁在哪天以前做什么 */
  promises: Array<NewPromise>
  /** 各方的责任 */
  responsibility: string
}

export interface Duty {
  active: boolean
  /** 每期结束（或事情发生）后几天内公开 */
  due_days: number
  duty: string
  kind: string
  kind_text: string
  /** 依据；空的是镇里自己加的 */
  law?: string
  /** 几个月一次：1、3、12；0 是随时（有了就公开） */
  months: number
  /** 从哪天所在的一期开始 */
  since: string
  title: string
}

export interface DutyInputBody {
  /** 法律规定的不能停 */
  active: boolean
  due_days: number
  kind: 'party' | 'village' | 'finance' | 'land' | 'decision'
  months: 0 | 1 | 3 | 12
  /** 不写是建村那天 */
  since?: string
  title: string
  village: string
}

export interface Elsewhere {
  choice: string
  code: string
  /** 选了它就不能在这里调解，请去哪里 */
  door?: string
}

export interface EnrolInputBody {
  people: Array<PersonNamed> | null
  village?: string
}

export interface Enrolled {
  /** 新登记了几人；早就在册的不重复登记 */
  added: number
}

export interface Entry {
  /** 住在外地 */
  away: boolean
  household_no: string
  id: string
  /** false：经异议划掉了 */
  listed: boolean
  name: string
}

export interface Erasure {
  /** 什么时候前确认，不确认就不删 */
  confirm_by: string | null
  /** 法律要求先留着的 */
  held: Array<Held>
  /** 马上删的 */
  now: Array<string>
  /** 空的是没有申请过；asked 等您确认；done 办完了 */
  state: string
  /** 同样的内容，给人看的话 */
  text: string
}

export interface Event {
  at: string
  by: 'asker' | 'helper' | 'handler' | 'system'
  /** said、asked、contact、replied、extended、moved、reopened、verdict、stars、rejected、withdrawn、closed… */
  kind: string
  name?: string
  text: string
  upload_id?: string
}

export interface ExtendPollInputBody {
  /** 延长到什么时候 */
  closes_at: string
  reason: string
}

export interface Extended {
  /** false：要等其他当事人也要求延期 */
  extended: boolean
}

export interface Field {
  /** 怎么不对 */
  detail: string
  /** 哪一项，如 body.text */
  field: string
}

export interface Figures {
  agreed: number | null
  ended: number | null
  /** 受理；null 是1到4件，不给出 */
  filed: number | null
  /** 不出乡率 */
  in_township: number | null
  /** 不出村率，0到1 */
  in_village: number | null
  /** 协议履行率 */
  kept: number | null
  /** 空的是全部 */
  kind: string
  /** 一半的案子在多少天内结束；没结束的也算 */
  median_days: number | null
  open: number | null
  /** 不止一件的人占多少 */
  repeat: number | null
  /** 调解成功率 */
  success: number | null
}

export interface FiledDispute {
  /** 要马上给人看的话：急救电话 */
  advice?: string
  /** 要提醒的期限 */
  hints: Array<string>
  id: string
  number: number
  /** 每一步都要给人看：自愿、不收费、可以起诉 */
  rights: string
  state: string
  state_text: string
}

export interface Flag {
  at: string | null
  /** 向谁报告的；没有就不能办结 */
  report?: string
  reported_at: string | null
  what: 'danger' | 'violence'
}

export interface GivenAnswerInputBody {
  agreed: boolean
  /** 上门、电话、书面 */
  how: 'visit' | 'phone' | 'paper'
  /** 哪位当事人；不写是对方 */
  seq?: number
}

export interface GoodAtInputBody {
  /** 擅长哪几类；每次整个换掉 */
  kinds: Array<string>
}

export interface Grant {
  accepted: boolean
  template_id: string
}

export interface GrantsInputBody {
  grants: Array<Grant>
}

export interface Head {
  at: string
  /** 树根，十六进制 */
  hash: string
  /** 签名首页（golang.org/x/mod/sumdb/note）：请存在别处，以后拿它核对 */
  note: string
  /** 前一个首页的大小 */
  previous: number
  /** 一共几条 */
  size: number
  /** 村里的公钥，note 的格式 */
  verifier: string
  village: string
}

export interface HeardInputBody {
  solved: boolean
}

export interface Held {
  /** 依据 */
  law: string
  /** 留到什么时候 */
  until: string
  what: string
}

export interface Help {
  asked_at: string
  /** 替谁办 */
  elder: string
  /** 提留言时的 on_behalf_of */
  elder_id: string
  /** 谁来办 */
  helper: string
  id: string
  /** true 是别人替我办；false 是我替别人办 */
  mine: boolean
  months: number
  /** 村里的人用它确认 */
  number: number
  scope: Array<string>
  state: 'open' | 'agreed' | 'refused' | 'ended' | 'lapsed'
  until: string | null
  village: string
}

export interface HelpInputBody {
  /** 有同名的要写户号 */
  household_no?: string
  months: number
  /** 老人的姓名 */
  name: string
  scope: Array<'cases' | 'reading' | 'merit'>
  /** 老人是哪个村的；不写是自己的村 */
  village?: string
}

export interface HideInputBody {
  reason: string
}

export interface Item {
  /** 分 */
  amount: number
  approver: string
  category: string
  day: string
  /** 这个票据号别处也用过 */
  doubled: boolean
  /** true 收入，false 支出 */
  income: boolean
  invoice: string
  /** 收付款人 */
  party: string
  purpose: string
  seq: number
  /** 票据的照片 */
  upload_ids: Array<string>
}

export interface JoinInputBody {
  /** 并到哪一件（同一份公开的提问） */
  into: string
}

export interface Kind {
  /** 协议要在纸上用笔签（电子签名法第三条） */
  ink: boolean
  name: string
}

export interface Kinds {
  elsewhere: Array<Elsewhere>
  kinds: Array<Kind>
  rights: string
}

export interface LawyerDuty {
  /** 本村的公益律师 */
  lawyers: Array<Servant>
  /** 今天谁值班；空的由任职最久的律师答复 */
  today: string
}

export interface LawyerDutyInputBody {
  /** 哪天 */
  day: string
  /** 哪位律师，见 GET /legal/duty */
  lawyer_id: string
}

export interface Leaf {
  at: string
  /** SHA-256(盐、内容长度、内容) */
  commitment: string
  index: number
  /** publication、correction、withdrawal、answer… */
  kind: string
  /** 这一条的原文：树叶就是它的校验值 */
  record: string
  subject: string
}

export interface Line {
  text?: string
  /** 一次一个附件 */
  upload_ids?: Array<string>
}

export interface Link {
  /** 只能投一次票的网页 */
  address: string
  expires_at: string
}

export interface ListBallot {
  items: Array<Ballot>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListCase {
  items: Array<Case>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListCheck {
  items: Array<Check>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListConsent {
  items: Array<Consent>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListCorrection {
  items: Array<Correction>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListDiffLine {
  items: Array<DiffLine>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListDisclosure {
  items: Array<Disclosure>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListDispute {
  items: Array<Dispute>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListDuty {
  items: Array<Duty>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListEntry {
  items: Array<Entry>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListFigures {
  items: Array<Figures>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListHelp {
  items: Array<Help>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListItem {
  items: Array<Item>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMatter {
  items: Array<Matter>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMember {
  items: Array<Member>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritClaim {
  items: Array<MeritClaim>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritEntry {
  items: Array<MeritEntry>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritException {
  items: Array<MeritException>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritGoods {
  items: Array<MeritGoods>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritPosting {
  items: Array<MeritPosting>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritPublicNotice {
  items: Array<MeritPublicNotice>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritRanked {
  items: Array<MeritRanked>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritRedemption {
  items: Array<MeritRedemption>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMeritStory {
  items: Array<MeritStory>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListMonth {
  items: Array<Month>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListNotice {
  items: Array<Notice>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListObjection {
  items: Array<Objection>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListPoll {
  items: Array<Poll>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListProposal {
  items: Array<Proposal>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListProxy {
  items: Array<Proxy>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListQuestion {
  items: Array<Question>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListRequest {
  items: Array<Request>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListServant {
  items: Array<Servant>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListSession {
  items: Array<Session>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListSlot {
  items: Array<Slot>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface ListSum {
  items: Array<Sum>
  /** 下一页的 cursor；没有下一页是 null */
  next: string | null
}

export interface Logged {
  /** 记进账本的内容，逐字节：标题、正文、收支、附件的校验值、谁签的 */
  content: string
  leaf: Leaf | null
  proof: Proof | null
  /** 盐，十六进制 */
  salt: string
}

export interface Login {
  /** 一直在用就会延长 */
  expires_at: string
  /** 正在说话的人；没绑定是 null */
  person: Person | null
  /** 这个微信绑定的所有人 */
  persons: Array<Person>
  token: string
  /** 没绑定时留言给哪个村；空的还没选 */
  village: string
}

export interface LoginInputBody {
  /** wx.login 得到的 code，只能用一次 */
  code: string
  /** 手机叫什么，登录列表里给本人看 */
  label?: string
}

export interface Matter {
  created_at: string
  /** 终止了 */
  ended_at: string | null
  ended_reason?: string
  id: string
  kind: string
  /** 来自哪个村民提议 */
  proposal_id?: string
  state: 'proposed' | 'discussed' | 'reviewed' | 'resolved' | 'published' | 'executed'
  state_text: string
  title: string
  village: string
}

export interface Me {
  /** 正在说话的人；没绑定是 null */
  person: Person | null
  /** 这个微信绑定的所有人 */
  persons: Array<Person>
  /** 没绑定时留言给哪个村；空的还没选 */
  village: string
}

export interface Meeting {
  at: string
  attended?: string
  by: string
  held_at: string | null
  place: string
  record?: string
  seq: number
}

export interface Member {
  id: string
  name: string
}

export interface MeritBook {
  adopted_on: string
  /** 年底结转百分之几 */
  carry: number
  deeds: Array<MeritDeed>
  label: string
  /** 积分账的数字对外公开 */
  open_figures: boolean
  /** 哪次会议的哪个决议通过的 */
  resolution: string
  /** 会议记录 */
  upload_id?: string
  valid_from: string
  version: number
}

export interface MeritByCardInputBody {
  /** 户卡上的12位号 */
  card: string
  goods_id: string
  quantity: number
  /** 见证人：person 的 id，不是这户的人，也不是管理员家里的人 */
  witness_id: string
}

export interface MeritCard {
  /** 12位卡号，印在卡上；系统里不留，看过就没有了 */
  card: string
}

export interface MeritCardInputBody {
  household_no: string
}

export interface MeritChangeGoodsInputBody {
  /** false 下架 */
  active: boolean
  /** 不写就不变 */
  price?: number
  /** 进几件；负数是出几件 */
  stock_change?: number
}

export interface MeritClaim {
  /** 异议或申诉 */
  case_id?: string
  /** 谁报的 */
  claimant?: string
  deed: number
  happened_on: string
  id: string
  kind: 'own' | 'behalf' | 'praise' | 'deduct'
  /** 公示到什么时候 */
  notice_until: string | null
  /** 人们说的积分几号 */
  number: number
  opened_at: string
  /** 没通过、冲正的原因 */
  outcome?: string
  /** 谁做的 */
  person: string
  points: number
  posted_at: string | null
  state: 'reviewing' | 'noticed' | 'disputed' | 'refused' | 'posted' | 'reversed' | 'withdrawn'
  state_text: string
  text?: string
  title: string
  /** 按哪一版积分办法 */
  version: number
}

export interface MeritClaimReasonInputBody {
  reason: string
}

export interface MeritClaimView {
  /** 异议或申诉 */
  case_id?: string
  /** 谁报的 */
  claimant?: string
  deed: number
  evidence: Array<MeritEvidence>
  /** 给评议员看的提醒 */
  flags?: string
  happened_on: string
  id: string
  kind: 'own' | 'behalf' | 'praise' | 'deduct'
  /** 和我、我家有关，或是我报的 */
  mine: boolean
  /** 公示到什么时候 */
  notice_until: string | null
  /** 人们说的积分几号 */
  number: number
  opened_at: string
  /** 没通过、冲正的原因 */
  outcome?: string
  /** 谁做的 */
  person: string
  points: number
  posted_at: string | null
  reviews: Array<MeritReview>
  state: 'reviewing' | 'noticed' | 'disputed' | 'refused' | 'posted' | 'reversed' | 'withdrawn'
  state_text: string
  text?: string
  title: string
  /** 等我评 */
  to_review: boolean
  /** 按哪一版积分办法 */
  version: number
}

export interface MeritClose {
  /** 结转百分之几 */
  carry: number
  /** 到这时候为止可以用完 */
  ends_at: string
  year: number
}

export interface MeritCloseInputBody {
  year: number
}

export interface MeritCodeInputBody {
  /** 乡亲手机上的8位兑换码 */
  code: string
}

export interface MeritDeed {
  /** 一户在一个 cap_period 里最多几分；0 不限 */
  cap?: number
  cap_period?: 'day' | 'week' | 'month' | 'quarter' | 'year'
  /** 要什么证明 */
  evidence: 'none' | 'words' | 'picture'
  name: string
  /** 申报时的 deed */
  number: number
  /** 负数是扣分 */
  points: number
  /** 谁来申报：本人、别的乡亲、都行、村里扣分 */
  who?: 'self' | 'praise' | 'anybody' | 'duty'
}

export interface MeritEntry {
  amount: number
  at: string
  /** 这一条以后的余额 */
  balance: number
  cause: 'award' | 'deduct' | 'hold' | 'release' | 'settle' | 'expire' | 'reverse'
  /** 谁做的 */
  person?: string
  /** 这一户的第几条，没有缺号 */
  seq: number
  text: string
  /** cause 的叫法 */
  title: string
}

export interface MeritEvidence {
  /** 以前报过很像的照片 */
  near_claim?: string
  /** GET /uploads/{id} */
  upload_id: string
}

export interface MeritException {
  count: number
  kind: 'photo' | 'reviewer' | 'family' | 'hour' | 'keeper' | 'household'
  text: string
}

export interface MeritGoods {
  active: boolean
  /** 换了还没有取的 */
  held: number
  id: string
  name: string
  /** 每件几分 */
  price: number
  /** 还能换几件 */
  stock: number
  /** 照片 */
  upload_id?: string
}

export interface MeritHonourInputBody {
  /** 愿不愿意上光荣榜；全户一起 */
  show: boolean
}

export interface MeritMember {
  name: string
  person_id: string
  points: number
}

export interface MeritNewBookInputBody {
  /** 决议的日期，如 2026-03-01 */
  adopted_on: string
  /** 年底结转百分之几 */
  carry: number
  deeds: Array<MeritDeed>
  /** 积分叫什么；不写是功德积分 */
  label?: string
  /** 积分账的数字（没有姓名）对外公开 */
  open_figures?: boolean
  /** 哪次会议的哪个决议，如 2026年第1次村民代表会议决议 */
  resolution: string
  /** 会议记录的照片或 PDF */
  upload_id?: string
  /** 哪天起施行，不能是今天或以前；不写是明天 */
  valid_from?: string
}

export interface MeritNewClaimInputBody {
  /** 积分办法里的编号 */
  deed: number
  /** 谁做的；不写是自己。家里人、亲属、要夸的乡亲，或村里提出扣分 */
  for_person?: string
  /** 哪一天，如 2026-03-04；不写是今天 */
  happened_on?: string
  /** 替谁报（他同意过您代办积分）：person 的 id */
  on_behalf_of?: string
  text?: string
  /** 先 POST /uploads 得到的 id */
  upload_ids?: Array<string>
}

export interface MeritNewGoodsInputBody {
  name: string
  /** 每件几分 */
  price: number
  stock: number
  /** 照片 */
  upload_id?: string
}

export interface MeritNewRedemptionInputBody {
  goods_id: string
  /** 替谁换（他同意过您代办积分）：person 的 id */
  on_behalf_of?: string
  quantity: number
}

export interface MeritNewStoryInputBody {
  /** 从哪件积分说起 */
  claim_id?: string
  /** 写谁：person 的 id */
  person_id: string
  text: string
  title: string
}

export interface MeritPoints {
  /** 能用的分，全户共用 */
  balance: number
  /** 愿意上光荣榜 */
  honoured: boolean
  /** 村里把积分叫什么；空的是还没有积分办法 */
  label: string
  /** 家里各人挣来的分 */
  members: Array<MeritMember>
  /** 换了东西还没有取的 */
  reserved: number
}

export interface MeritPosting {
  at: string
  cause: string
  /** 合计为0 */
  entries: Array<MeritPostingLeg>
  id: string
  /** 冲正的是哪一笔 */
  reverses?: string
  title: string
}

export interface MeritPostingLeg {
  account: 'house' | 'pool' | 'store' | 'reserve'
  amount: number
}

export interface MeritPublicNotice {
  happened_on: string
  id: string
  number: number
  person: string
  points: number
  title: string
  /** 到这时候没有异议就入账 */
  until: string
}

export interface MeritRanked {
  /** 户主 */
  head: string
  household_no: string
  place: number
  /** 这段时间挣的分；用掉的不减 */
  points: number
}

export interface MeritRedemption {
  channel: 'phone' | 'card' | 'sheet'
  /** 给管理员看的8位兑换码；只有换的人家看得到 */
  code?: string
  created_at: string
  ended_at: string | null
  /** 到这时候没有取，积分退回 */
  expires_at: string | null
  goods: string
  goods_id: string
  id: string
  keeper?: string
  /** 管理员确认了 */
  keeper_at: string | null
  /** 人们说的兑换几号 */
  number: number
  /** 谁换的 */
  person: string
  points: number
  quantity: number
  state: 'reserved' | 'settled' | 'cancelled' | 'lapsed'
  state_text: string
  /** 村民一方确认了 */
  villager_at: string | null
}

export interface MeritReview {
  reason?: string
  reviewer: string
  state: 'asked' | 'approved' | 'refused' | 'over'
}

export interface MeritReviewInputBody {
  approve: boolean
  /** 不同意必须写 */
  reason?: string
}

export interface MeritSheet {
  problems: Array<string>
  /** 等另一户的人再录一遍；两遍不一样；入账了 */
  state: 'entered' | 'differs' | 'posted'
}

export interface MeritSheetInputBody {
  /** 哪一天的单子，如 2026-03-04 */
  held_on: string
  lines: Array<MeritSheetLine>
  /** 纸单上印的编号 */
  sheet: string
}

export interface MeritSheetLine {
  /** 商品的名称 */
  goods: string
  household_no: string
  quantity: number
}

export interface MeritStory {
  /** 本人什么时候同意公开这一版；null 是还没有同意 */
  consented_at: string | null
  edition: number
  id: string
  person: string
  text: string
  title: string
}

export interface MeritStoryConsentInputBody {
  /** 看过的是哪一版 */
  edition: number
}

export interface MeritStoryEditionInputBody {
  text: string
  title: string
}

export interface MeritStoryState {
  /** 最新的一版 */
  edition: number
  id: string
  /** 大家看到的一版；0 是没有 */
  shown: number
  state: 'draft' | 'shown' | 'withdrawn'
}

export interface Month {
  closing: number
  disclosure_id?: string
  expense: number
  income: number
  /** 分 */
  opening: number
  period: string
  /** false：这个月没有公开 */
  published: boolean
}

export interface Named {
  /** 有同名的要写户号 */
  household_no?: string
  name: string
}

export interface NewCaseInputBody {
  /** true 只给镇里看；话里提到村干部而没有选时回 409 unclear */
  confidential?: boolean
  /** 替谁办（他同意过您代办）：person 的 id */
  on_behalf_of?: string
  text?: string
  /** 先 POST /uploads 得到的 id */
  upload_ids?: Array<string>
}

export interface NewDisputeInputBody {
  /** 是不是已经在别处办，见 /disputes/kinds；没有就不写 */
  elsewhere?: string
  /** 怎么回事；传了录音或照片可以不写 */
  facts?: string
  /** 哪一类，见 /disputes/kinds */
  kind: string
  /** 想请哪位调解员；不写就由系统分 */
  mediator?: string
  /** 替谁办（他同意过您代办）：person 的 id */
  on_behalf_of?: string
  /** 对方有同名的要写户号 */
  other_household_no?: string
  /** 对方不是本村人 */
  other_outside?: boolean
  /** 对方的姓名 */
  other_party: string
  /** 对方是村干部，但只是两家的私事 */
  private_matter?: boolean
  /** 一起申请的人；由申请人代表 */
  together?: Array<Named>
  /** 先 POST /uploads 得到的 id */
  upload_ids?: Array<string>
  /** 希望怎么解决 */
  wish: string
}

export interface NewMatterInputBody {
  /** 哪类事项，如 public_works */
  kind?: string
  /** 来自哪个村民提议 */
  proposal_id?: string
  /** 党支部研究的记录 */
  study: string
  text?: string
  title: string
  /** 记录的照片 */
  upload_id?: string
  /** 不写是自己的村 */
  village?: string
}

export interface NewPollInputBody {
  /** binding：授权依据（自治章程或决议） */
  authorisation_upload_id?: string
  /** organ 是 group 时：每户一票 */
  by_household?: boolean
  closes_at: string
  /** 不写是 advisory：征求意见 */
  effect?: 'advisory' | 'binding'
  /** organ 是 group 时：哪个村民小组 */
  group?: string
  /** 哪类事项（如 public_works），或议题的编号 */
  matter?: string
  /** 最多选几项；不写是1 */
  max_choices?: number
  /** binding：不用手机的人到哪里、怎么投 */
  offline?: string
  opens_at: string
  /** 不写就是 同意、反对、弃权 */
  options?: Array<string> | null
  /** 由谁定 */
  organ: 'assembly_persons' | 'assembly_households' | 'representatives' | 'group' | 'collective' | 'consultation'
  /** 不记名 */
  secret: boolean
  /** 说明 */
  text?: string
  title: string
  /** 通知时间比法律规定的短：为什么 */
  urgent_reason?: string
  /** 不写是自己的村 */
  village?: string
  /** 结果只给本村看，不放到村里的网页上 */
  village_only?: boolean
}

export interface NewPromise {
  /** 多少钱，分；没有钱不写 */
  amount_fen?: number
  /** 甲方还是乙方做 */
  by: 'applicant' | 'respondent'
  /** 哪天以前 */
  due_on: string
  what: string
}

export interface NewProxyInputBody {
  /** 受托人：同一户或近亲属 */
  holder: PersonNamed | null
  /** 委托书的照片 */
  upload_id?: string
  /** 委托人；不写是自己。替别人登记要上传委托书 */
  voter?: PersonNamed | null
}

export interface Notice {
  at: string
  /** 和哪件留言有关 */
  case_id?: string
  id: string
  /** 在等您回答什么，如 verdict */
  question?: string
  read: boolean
  text: string
  upload_id?: string
}

export interface ObjectInputBody {
  /** 说的是谁；不写是自己 */
  about?: PersonNamed | null
  kind: 'missing' | 'wrong'
  /** 理由 */
  text: string
}

export interface Objection {
  /** 说的是谁 */
  about: string
  by: string
  created_at: string
  decided_at: string | null
  id: string
  /** 漏了人，还是多了人 */
  kind: 'missing' | 'wrong'
  reason?: string
  state: 'open' | 'accepted' | 'declined'
  text: string
}

export interface Option {
  /** 这一项通过了 */
  adopted: boolean
  text: string
  votes: number
}

export interface Party {
  guardian?: string
  /** 是您，或您是他的监护人 */
  mine: boolean
  /** 未满18岁，由监护人来办 */
  minor: boolean
  name: string
  /** 不在本村名册 */
  outside: boolean
  seq: number
  side: 'applicant' | 'respondent'
  /** 代表这一方 */
  speaker: boolean
  state: 'asked' | 'joined' | 'refused'
}

export interface PerformanceInputBody {
  /** 对方做到了；false 会重新调解 */
  kept: boolean
  /** 第几项；不写是最早到期的 */
  seq?: number
  text?: string
}

export interface PerhapsReasonInputBody {
  reason?: string
}

export interface Person {
  /** 村民小组 */
  group: string
  /** 户号 */
  household_no: string
  id: string
  name: string
  /** 现居地：本村或城市名 */
  residence: string
  roles: Array<string>
  /** 核对过手机号或当面确认过，可以投票、用积分、导出资料 */
  strong: boolean
  village: Village | null
}

export interface PersonNamed {
  /** 户号；有同名的要写 */
  household_no?: string
  /** 姓名 */
  name: string
}

export interface Poll {
  /** 每户一票 */
  by_household: boolean
  closes_at: string
  /** 由谁定、定了算不算数，给人看的话 */
  decides: string
  effect: 'advisory' | 'binding'
  /** 名册上有多少票 */
  electorate: number
  /** 哪个村民小组 */
  group?: string
  id: string
  /** 我（或我家）在不在名册上 */
  listed: boolean
  /** 哪类事项 */
  matter: string
  /** 要定的是哪个议题 */
  matter_id?: string
  max_choices: number
  noticed_at: string | null
  opens_at: string
  options: Array<string>
  organ: 'assembly_persons' | 'assembly_households' | 'representatives' | 'group' | 'collective' | 'consultation'
  /** 计票以前是 null */
  passed: boolean | null
  /** 不记名 */
  secret: boolean
  state: 'draft' | 'noticed' | 'open' | 'closed' | 'counted' | 'cancelled'
  title: string
  village: string
  /** 我的票是从哪个渠道投的；空的是还没投 */
  voted_by: 'mini' | 'oa' | 'paper' | 'phone' | ''
}

export interface PollView {
  /** 作决定的依据 */
  authorisation_upload_id?: string
  /** 每户一票 */
  by_household: boolean
  closed_at: string | null
  closes_at: string
  decide_until: string | null
  /** 由谁定、定了算不算数，给人看的话 */
  decides: string
  effect: 'advisory' | 'binding'
  /** 名册上有多少票 */
  electorate: number
  /** 提前截止或取消的原因 */
  end_reason?: string
  extension_reason?: string
  /** 哪个村民小组 */
  group?: string
  id: string
  /** 我（或我家）在不在名册上 */
  listed: boolean
  /** 哪类事项 */
  matter: string
  /** 要定的是哪个议题 */
  matter_id?: string
  max_choices: number
  may_vote: boolean
  noticed_at: string | null
  /** 对名册提意见到什么时候 */
  objections_until: string | null
  /** 不用手机的人怎么投 */
  offline?: string
  opened_at: string | null
  opens_at: string
  options: Array<string>
  organ: 'assembly_persons' | 'assembly_households' | 'representatives' | 'group' | 'collective' | 'consultation'
  /** 计票以前是 null */
  passed: boolean | null
  quorum: Quorum | null
  /** 村务监督委员核对了名册 */
  roll_verified_at: string | null
  /** 不记名 */
  secret: boolean
  state: 'draft' | 'noticed' | 'open' | 'closed' | 'counted' | 'cancelled'
  text: string
  title: string
  /** 参加了多少票；投给谁要到截止以后才数 */
  turnout: number
  urgent_reason?: string
  village: string
  /** 结果只给本村看 */
  village_only: boolean
  /** 我的票是从哪个渠道投的；空的是还没投 */
  voted_by: 'mini' | 'oa' | 'paper' | 'phone' | ''
  /** 为什么不能投 */
  why?: string
}

export interface PostInputBody {
  /** 哪天贴的；法定的天数从这天算 */
  on: string
  /** 公示栏的照片 */
  upload_id: string
}

export interface Problem {
  /** 程序据以判断的代号，如 invalid、forbidden、conflict */
  code: string
  /** 给人看的话，说明该怎么办 */
  detail: string
  /** 哪一项没填对 */
  errors?: Array<Field> | null
  /** 请求编号，报障时请提供 */
  request_id: string
  /** HTTP 状态 */
  status: number
  /** HTTP 状态的名称 */
  title: string
}

export interface Promise {
  amount_fen: number
  by: 'applicant' | 'respondent'
  due_on: string
  seq: number
  state: 'due' | 'kept' | 'broken' | 'assumed'
  what: string
}

export interface Proof {
  /** base64；用 RFC 6962 的办法核对（tlog.CheckRecord） */
  hashes: Array<string>
  leaf: number
  record: string
  /** 它的树根，base64 */
  root: string
  /** 对哪个大小的账本 */
  size: number
}

export interface Proposal {
  answer?: string
  answered_at: string | null
  by: string
  /** 什么时候前答复 */
  due_at: string | null
  id: string
  matter_id?: string
  /** 联够多少名，两委就要答复 */
  needed: number
  /** 列表里才有 */
  signers: number | null
  state: 'gathering' | 'submitted' | 'accepted' | 'declined'
  text: string
  title: string
  village: string
}

export interface Proxy {
  /** 受托人 */
  holder: string
  holder_id: string
  /** 委托人 */
  voter: string
  /** 投票时的 on_behalf_of */
  voter_id: string
}

export interface PublishInputBody {
  /** 马上通知全村；不写就等每月一次的汇总 */
  everyone?: boolean
}

export interface Question {
  answer: string
  answered_at: string | null
  asked_at: string | null
  nickname: string
  /** 这个提问的编号 #N，别人可以附议 */
  number: number
  question: string
}

export interface Quorum {
  met: boolean
  /** 至少要多少票参加 */
  needed: number
}

export interface Reach {
  by_channel: Record<string, number>
  known: number
  /** 还不知道的在前 */
  people: Array<Reached>
  /** 要告诉多少人 */
  total: number
}

export interface Reached {
  at: string | null
  /** 从哪条路知道的 */
  channel?: string
  known: boolean
  name: string
  /** 打过电话后：POST /notices/{id}/told */
  notice_id: string
  state: string
}

export interface ReasonBody {
  /** 原因 */
  reason?: string
}

export interface ReasonInputBody {
  reason: string
}

export interface RecordInputBody {
  /** 到场的人 */
  attended: Array<string>
  /** 下一次会 */
  next_at?: string
  next_place?: string
  /** 记录；双方都能看 */
  record: string
  /** 第几次会；不写是约好的那次，没有约就是刚开的 */
  seq?: number
}

export interface ReferInputBody {
  /** 转镇司法所要写原因 */
  reason?: string
  /** 公益律师（先问双方）、镇司法所 */
  to: 'lawyer' | 'township'
}

export interface RefuseInputBody {
  number: number
  reason: string
  village: string
}

export interface ReleaseInputBody {
  /** 律师能看自己的哪些话；没有列的就看不到 */
  word_ids: Array<string>
}

export interface Remark {
  at: string
  by: string
  id: string
  text: string
}

export interface RemarkInputBody {
  text: string
}

export interface ReportInputBody {
  /** 向谁报告的、什么时候、对方怎么答复 */
  text: string
}

export interface Request {
  asked_at: string
  /** 替谁代办 */
  elder?: string
  /** 谁要代办 */
  helper?: string
  months?: number
  /** 谁要绑定 */
  name?: string
  number: number
  /** 遮住中间四位 */
  phone?: string
  scope?: Array<string> | null
  village: string
}

export interface Result {
  /** 选票清单的校验值，也在公开账本里 */
  ballots_hash: string
  by_channel: Array<Share>
  by_residence: Array<Share>
  closed_at: string
  electorate: number
  id: string
  opened_at: string
  options: Array<Option>
  /** 一项要多少票才通过 */
  pass_needed: number
  pass_rule: Rule | null
  passed: boolean
  quorum: Quorum | null
  quorum_rule: Rule | null
  /** 空白或写坏的纸票 */
  spoilt: number
  title: string
  turnout: number
  /** 参加的人太少，为保密不公布各项票数 */
  withheld: boolean
}

export interface Rule {
  den: number
  num: number
  /** 按名册算，不按参加的人算 */
  of_all: boolean
  /** 要超过，不只是达到 */
  over: boolean
}

export interface Seal {
  /** 印章校验码，和纸上的一样 */
  seal: string
}

export interface Servant {
  id: string
  name: string
}

export interface Session {
  created_at: string
  /** 就是现在这一次 */
  current: boolean
  /** 小程序或网页 */
  door: 'mini' | 'page' | 'code' | 'scan'
  id: string
  label: string
  seen_at: string
}

export interface SessionInputBody {
  /** 什么时候 */
  at: string
  /** 在哪里 */
  place: string
}

export interface Share {
  /** 名册上有多少票；0 是不分 */
  electorate: number
  /** mini、oa、paper、phone，或 here、away；others 是太少、不单列的合在一起 */
  name: string
  title: string
  turnout: number
}

export interface Sheet {
  /** 两遍一样，已经计入 */
  accepted: boolean
  /** 两遍哪里不一样；要从头再录 */
  differences: Array<string>
}

export interface SheetInputBody {
  /** 每张票选了第几项；空白或写坏的录成空的。记名的和 voters 一一对应 */
  ballots: Array<Array<number> | null> | null
  /** 票单上的编号 */
  number: string
  /** 票单的照片 */
  upload_id?: string
  /** 签了名的人 */
  voters: Array<PersonNamed> | null
}

export interface SideInputBody {
  /** 只为一方服务，不能再改（律师法第三十九条） */
  side: 'applicant' | 'respondent'
}

export interface SignInputBody {
  /** 看到的协议的 hash；协议改过就不能再签旧的 */
  hash: string
}

export interface SignOffInputBody {
  /** 看的那一版的 digest；稿子改过就签不上 */
  digest: string
}

export interface Signature {
  at: string
  name: string
  part: 'applicant' | 'respondent' | 'mediator' | 'township'
}

export interface Signed {
  /** false：要等提这件事的人同意联名 */
  joined: boolean
}

export interface SignedPaperInputBody {
  /** 签的是哪一稿 */
  hash: string
  /** 签好名的协议的照片或 PDF */
  upload_id: string
}

export interface Slot {
  /** 您看不到的不给 */
  disclosure_id?: string
  due_at: string
  duty: string
  kind: string
  kind_text: string
  period: string
  published_at: string | null
  /** 公开了，但晚了 */
  published_late: boolean
  /** late 逾期，very_late 严重逾期 */
  state: 'published' | 'due' | 'late' | 'very_late'
  title: string
}

export interface SpeakerInputBody {
  /** 换成这个人（persons 里的 id） */
  person_id?: string
  /** 换到这个村；没绑定的人用它选村 */
  village?: string
}

export interface StarsInputBody {
  stars: number
  text?: string
}

export interface State {
  /** 要马上给人看的话：急救电话 */
  advice?: string
  /** danger：请问是不是真有危险，用 /cases/{id}/danger 回答 */
  ask?: 'danger'
  due_at: string | null
  handler: string
  id: string
  number: number
  state: string
}

export interface Statement {
  /** 期末余额 */
  closing: number
  expense: number
  /** 上一期没有公开，期初余额对不了 */
  gap: boolean
  income: number
  /** 期初余额和上一期期末余额差多少分；0 是对得上 */
  off: number
  /** 期初余额，分 */
  opening: number
}

export interface Step {
  at: string
  by: string
  /** 会议记录摘要 */
  record: string
  state: string
  /** 依据：poll/…或 disclosure/… */
  subject?: string
  title: string
  /** 会议记录 */
  upload_id?: string
}

export interface SuggestInputBody {
  text: string
  title: string
  village?: string
}

export interface Sum {
  /** 分 */
  amount: number
  category: string
  income: boolean
  /** 几笔 */
  items: number
}

export interface TakenBody {}

export interface Templates {
  /** 可以请人订阅的模板 */
  template_ids: Array<string>
}

export interface TopicInputBody {
  topic: '求助' | '咨询' | '意见建议' | '投诉' | '感谢'
}

export interface TransferInputBody {
  /** 接手人的姓名 */
  to: string
}

export interface Upload {
  content_type: string
  id: string
  /** picture、voice、document（PDF）或 sheet（Excel） */
  kind: string
  size: number
  /** 有缩略图：GET /uploads/{id}?small=true */
  thumbnail: boolean
}

export interface VerdictInputBody {
  solved: boolean
  /** 解决了才能打 */
  stars?: number
  text?: string
}

export interface Version {
  published_at: string | null
  /** 为什么更正 */
  reason?: string
  title: string
  version: number
}

export interface Village {
  code: string
  name: string
}

export interface VoidInputBody {
  reason: string
  /** 谁的票；不写是自己的 */
  voter?: PersonNamed | null
}

export interface Voted {
  /** 空的是还没投 */
  voted_by: 'mini' | 'oa' | 'paper' | 'phone' | ''
}

export interface VouchersInputBody {
  /** 票据的照片 */
  upload_ids: Array<string>
}

export interface WithdrawInputBody {
  /** 为什么撤下；记录和原因都留着 */
  reason: string
}

export interface Word {
  at: string
  by: string
  id: string
  kind: 'facts' | 'wish' | 'word'
  mine: boolean
  part: 'applicant' | 'respondent' | 'mediator' | 'lawyer' | 'township'
  /** 您自己的话：律师能看 */
  released: boolean
  text: string
  to: 'applicant' | 'respondent' | 'both' | 'mediator' | 'lawyer'
  upload_id?: string
}

export interface Words {
  text?: string
  /** 先 POST /uploads 得到的 id */
  upload_ids?: Array<string>
}

export interface WriteInputBody {
  /** 目录里的哪一项；不写是这一类本身 */
  duty?: string
  /** 按模板填好的收支明细表（.xlsx），先 POST /uploads；原表不公开，公开的是里面的明细 */
  finance_upload_id?: string
  kind: 'party' | 'village' | 'finance' | 'land' | 'decision'
  /** 2026-03、2026-Q1、2026；随时公开的写事项编号，或不写 */
  period?: string
  /** scope 是 named 时，给哪些人看：person 的 id */
  readers?: Array<string>
  /** 只有党务公开能限定范围；不写是全体 */
  scope?: 'public' | 'party' | 'organisation' | 'named'
  text?: string
  /** 不写就用期数和名称 */
  title?: string
  /** 附件，公开后人人看得到；先 POST /uploads */
  upload_ids?: Array<string>
  /** 不写是自己的村 */
  village?: string
}

// Routes are all calls, named by method and path.
export interface Routes {
  /** 绑定：邀请码，或手机号加姓名 */
  'POST /bindings': { body: BindInputBody; answer: Bound }
  /** 我提的、我替老人看的、我办的留言 */
  'GET /cases': { query?: { as?: 'asker' | 'handler'; cursor?: string; for?: string; limit?: number; state?: 'submitted' | 'in_progress' | 'replied' | 'closed' | 'open' }; answer: ListCase }
  /** 给党支部留言 */
  'POST /cases': { body: NewCaseInputBody; answer: State }
  /** 一件留言：经过、时限、谁在办 */
  'GET /cases/{id}': { path: { id: string }; answer: CaseView }
  /** 问提问人 */
  'POST /cases/{id}/ask': { path: { id: string }; body: Line; answer: State }
  /** 办结 */
  'POST /cases/{id}/close': { path: { id: string }; answer: State }
  /** 先回个话：收到 */
  'POST /cases/{id}/contact': { path: { id: string }; answer: Contact }
  /** 回答是不是真有危险 */
  'POST /cases/{id}/danger': { path: { id: string }; body: DangerInputBody; answer: null }
  /** 采纳或不采纳 */
  'POST /cases/{id}/decide': { path: { id: string }; body: DecideInputBody; answer: State }
  /** 延期（一次） */
  'POST /cases/{id}/extend': { path: { id: string }; body: ReasonInputBody; answer: State }
  /** 替语音回访的人记下结果 */
  'POST /cases/{id}/heard': { path: { id: string }; body: HeardInputBody; answer: State }
  /** 两件问的是同一份公开的同一件事，并成一件 */
  'POST /cases/{id}/join': { path: { id: string }; body: JoinInputBody; answer: State }
  /** 同意别人联名 */
  'POST /cases/{id}/joint': { path: { id: string }; answer: State }
  /** 补充 */
  'POST /cases/{id}/messages': { path: { id: string }; body: Words; answer: State }
  /** 不受理 */
  'POST /cases/{id}/reject': { path: { id: string }; body: ReasonInputBody; answer: State }
  /** 答复 */
  'POST /cases/{id}/reply': { path: { id: string }; body: Line; answer: State }
  /** 附议 */
  'POST /cases/{id}/sign': { path: { id: string }; answer: Signed }
  /** 打分 */
  'POST /cases/{id}/stars': { path: { id: string }; body: StarsInputBody; answer: State }
  /** 换一个人办（一次） */
  'POST /cases/{id}/swap': { path: { id: string }; answer: State }
  /** 归类 */
  'POST /cases/{id}/topic': { path: { id: string }; body: TopicInputBody; answer: State }
  /** 转给别人办 */
  'POST /cases/{id}/transfer': { path: { id: string }; body: TransferInputBody; answer: State }
  /** 解决了没有 */
  'POST /cases/{id}/verdict': { path: { id: string }; body: VerdictInputBody; answer: State }
  /** 撤回 */
  'POST /cases/{id}/withdraw': { path: { id: string }; answer: State }
  /** 等着人看能不能公开的内容 */
  'GET /checks': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListCheck }
  /** 公开或不公开 */
  'POST /checks/{id}/decide': { path: { id: string }; body: CheckInputBody; answer: null }
  /** 村里公开了什么 */
  'GET /disclosures': { query?: { cursor?: string; kind?: 'party' | 'village' | 'finance' | 'land' | 'decision'; limit?: number; state?: 'published' | 'draft' | 'withdrawn'; village?: string }; answer: ListDisclosure }
  /** 写一份要公开的稿子 */
  'POST /disclosures': { body: WriteInputBody; answer: Disclosure }
  /** 公开日历：该公开的，公开了没有，逾期没有 */
  'GET /disclosures/calendar': { query?: { from?: string; to?: string; village?: string }; answer: ListSlot }
  /** 公开目录：哪些事多久公开一次 */
  'GET /disclosures/catalogue': { query?: { village?: string }; answer: ListDuty }
  /** 镇里改公开目录的一项，或加一项 */
  'PUT /disclosures/catalogue/{duty}': { path: { duty: string }; body: DutyInputBody; answer: null }
  /** 一年收支的图（SVG） */
  'GET /disclosures/chart': { query: { village?: string; year: number }; answer: ArrayBuffer }
  /** 在公开的内容里查找 */
  'GET /disclosures/search': { query: { limit?: number; q: string; village?: string }; answer: ListDisclosure }
  /** 收支明细表的模板（Excel） */
  'GET /disclosures/template': { answer: ArrayBuffer }
  /** 一年各月的收支；没公开的月份看得见 */
  'GET /disclosures/year': { query: { village?: string; year: number }; answer: ListMonth }
  /** 一份公开：内容、签字、各版、问答 */
  'GET /disclosures/{id}': { path: { id: string }; query?: { version?: number }; answer: DisclosureView }
  /** 改没公开的稿子；签过的字作废 */
  'PUT /disclosures/{id}': { path: { id: string }; body: Content; answer: Disclosure }
  /** 审批党务公开 */
  'POST /disclosures/{id}/approve': { path: { id: string }; body: ApproveInputBody; answer: Disclosure }
  /** 按类别合计 */
  'GET /disclosures/{id}/categories': { path: { id: string }; query?: { version?: number }; answer: ListSum }
  /** 更正：写新的一版 */
  'POST /disclosures/{id}/correct': { path: { id: string }; body: CorrectInputBody; answer: Disclosure }
  /** 两版有什么不同 */
  'GET /disclosures/{id}/diff': { path: { id: string }; query: { from: number; to: number }; answer: ListDiffLine }
  /** 下载收支明细（csv 或 xlsx） */
  'GET /disclosures/{id}/export': { path: { id: string }; query?: { format?: 'csv' | 'xlsx'; version?: number }; answer: ArrayBuffer }
  /** 看附件、票据、公示栏的照片 */
  'GET /disclosures/{id}/files/{upload}': { path: { id: string; upload: string }; query?: { small?: boolean }; answer: ArrayBuffer }
  /** 收支明细，一笔一笔 */
  'GET /disclosures/{id}/items': { path: { id: string }; query?: { cursor?: string; limit?: number; version?: number }; answer: ListItem }
  /** 给一笔收支附票据照片 */
  'POST /disclosures/{id}/items/{seq}/vouchers': { path: { id: string; seq: number }; body: VouchersInputBody; answer: null }
  /** 已贴到公示栏，附照片 */
  'POST /disclosures/{id}/post': { path: { id: string }; body: PostInputBody; answer: Disclosure }
  /** 核对：看到的就是公开账本里记下的 */
  'GET /disclosures/{id}/proof': { path: { id: string }; query?: { version?: number }; answer: Logged }
  /** 公开 */
  'POST /disclosures/{id}/publish': { path: { id: string }; body: PublishInputBody; answer: Disclosure }
  /** 答复过的提问 */
  'GET /disclosures/{id}/questions': { path: { id: string }; query?: { cursor?: string; limit?: number }; answer: ListQuestion }
  /** 对公开的内容提问 */
  'POST /disclosures/{id}/questions': { path: { id: string }; body: AskInputBody; answer: State }
  /** 通知到了谁，谁还不知道 */
  'GET /disclosures/{id}/reach': { path: { id: string }; answer: Reach }
  /** 村务监督委员会签字 */
  'POST /disclosures/{id}/sign': { path: { id: string }; body: SignOffInputBody; answer: Disclosure }
  /** 撤下，记录和原因留着 */
  'POST /disclosures/{id}/withdraw': { path: { id: string }; body: WithdrawInputBody; answer: Disclosure }
  /** 和我有关的调解案 */
  'GET /disputes': { query?: { cursor?: string; limit?: number }; answer: ListDispute }
  /** 申请调解 */
  'POST /disputes': { body: NewDisputeInputBody; answer: FiledDispute }
  /** 一年的调解卷宗（zip） */
  'GET /disputes/archive': { query: { village: string; year: number }; answer: ArrayBuffer }
  /** 不出村率、不出乡率等；少于5件的不给出 */
  'GET /disputes/figures': { query: { from: string; to: string; village?: string }; answer: ListFigures }
  /** 有人身危险、还没有登记报告的 */
  'GET /disputes/flags': { query?: { village?: string }; answer: ListDispute }
  /** 纠纷有哪几类；已经在别处办的去哪里 */
  'GET /disputes/kinds': { answer: Kinds }
  /** 一件调解案：只给当事人、经手的人和镇司法所，各看各的 */
  'GET /disputes/{id}': { path: { id: string }; query?: { on_behalf_of?: string }; answer: DisputeView }
  /** 接手 */
  'POST /disputes/{id}/accept': { path: { id: string }; answer: DisputeStanding }
  /** 写协议书；重写了，以前的签名作废 */
  'POST /disputes/{id}/agreement': { path: { id: string }; body: DraftInputBody; answer: Agreement }
  /** 登记对方上门、电话、书面的答复 */
  'POST /disputes/{id}/answer': { path: { id: string }; body: GivenAnswerInputBody; answer: DisputeStanding }
  /** 司法确认申请书，还剩几天 */
  'GET /disputes/{id}/confirmation': { path: { id: string }; answer: Court }
  /** 登记：已经一起向法院申请司法确认 */
  'POST /disputes/{id}/confirmation': { path: { id: string }; answer: DisputeStanding }
  /** 同意调解，或同意请律师 */
  'POST /disputes/{id}/consent': { path: { id: string }; answer: DisputeStanding }
  /** 回避，或不能接 */
  'POST /disputes/{id}/decline': { path: { id: string }; body?: PerhapsReasonInputBody; answer: DisputeStanding }
  /** 要求延期（双方都要求才延） */
  'POST /disputes/{id}/extension': { path: { id: string }; answer: Extended }
  /** 调解不成 */
  'POST /disputes/{id}/fail': { path: { id: string }; body: ReasonInputBody; answer: DisputeStanding }
  /** 登记未成年人的监护人 */
  'POST /disputes/{id}/guardian': { path: { id: string }; body: Named; answer: DisputeStanding }
  /** 说话：当事人对调解员或自己的律师，调解员对一方或双方 */
  'POST /disputes/{id}/messages': { path: { id: string }; body: DisputeWordsInputBody; answer: DisputeStanding }
  /** 盖了章的协议书（PDF） */
  'GET /disputes/{id}/paper': { path: { id: string }; answer: ArrayBuffer }
  /** 登记在纸上签好的协议 */
  'POST /disputes/{id}/paper': { path: { id: string }; body: SignedPaperInputBody; answer: DisputeStanding }
  /** 对方照协议做了没有 */
  'POST /disputes/{id}/performance': { path: { id: string }; body: PerformanceInputBody; answer: DisputeStanding }
  /** 往上转：请公益律师，或交镇司法所 */
  'POST /disputes/{id}/refer': { path: { id: string }; body: ReferInputBody; answer: DisputeStanding }
  /** 不同意调解，或不请律师 */
  'POST /disputes/{id}/refuse': { path: { id: string }; answer: DisputeStanding }
  /** 不属于调解的事 */
  'POST /disputes/{id}/reject': { path: { id: string }; body: ReasonInputBody; answer: DisputeStanding }
  /** 选自己的哪些话给律师看 */
  'POST /disputes/{id}/release': { path: { id: string }; body: ReleaseInputBody; answer: null }
  /** 换一位调解员 */
  'POST /disputes/{id}/replace': { path: { id: string }; answer: DisputeStanding }
  /** 登记人身危险报告给了谁 */
  'POST /disputes/{id}/report': { path: { id: string }; body: ReportInputBody; answer: DisputeStanding }
  /** 协议书的印章校验码 */
  'GET /disputes/{id}/seal': { path: { id: string }; answer: Seal }
  /** 约调解会 */
  'POST /disputes/{id}/sessions': { path: { id: string }; body: SessionInputBody; answer: Meeting }
  /** 记录调解会 */
  'POST /disputes/{id}/sessions/record': { path: { id: string }; body: RecordInputBody; answer: DisputeStanding }
  /** 律师声明为哪一方服务 */
  'POST /disputes/{id}/side': { path: { id: string }; body: SideInputBody; answer: DisputeStanding }
  /** 签协议：当事人先签，调解员最后签 */
  'POST /disputes/{id}/sign': { path: { id: string }; body: SignInputBody; answer: DisputeStanding }
  /** 退出调解 */
  'POST /disputes/{id}/withdraw': { path: { id: string }; body?: PerhapsReasonInputBody; answer: DisputeStanding }
  /** 谁替我代办，我替谁代办 */
  'GET /helpers': { answer: ListHelp }
  /** 请求替老人代办 */
  'POST /helpers': { body: HelpInputBody; answer: Help }
  /** 老人本人同意 */
  'POST /helpers/{id}/agree': { path: { id: string }; answer: Help }
  /** 老人本人不同意 */
  'POST /helpers/{id}/disagree': { path: { id: string }; answer: Help }
  /** 停止代办 */
  'POST /helpers/{id}/end': { path: { id: string }; answer: Help }
  /** 法律援助：要问的两个问题 */
  'GET /legal/aid': { answer: AidQuestions }
  /** 法律援助：大概能不能得到（不记录） */
  'GET /legal/aid/triage': { query: { matter: string; person: string }; answer: Aid }
  /** 今天哪位律师值班 */
  'GET /legal/duty': { query?: { village?: string }; answer: LawyerDuty }
  /** 排律师值班 */
  'POST /legal/duty': { body: LawyerDutyInputBody; answer: null }
  /** 问公益律师 */
  'POST /legal/questions': { body: Words; answer: State }
  /** 证明账本只加没改 */
  'GET /log/consistency': { query: { from: number; to?: number; village?: string }; answer: Consistency }
  /** 公开账本的第几条 */
  'GET /log/entries/{n}': { path: { n: number }; query?: { village?: string }; answer: Leaf }
  /** 公开账本的签名首页 */
  'GET /log/head': { query?: { village?: string }; answer: Head }
  /** 证明某一条在账本里 */
  'GET /log/proof': { query: { leaf: number; size?: number; village?: string }; answer: Proof }
  /** 每月收一次签名首页 */
  'POST /log/subscription': { answer: null }
  /** 不收了 */
  'DELETE /log/subscription': { answer: null }
  /** 登录：用小程序的 code 换 token */
  'POST /login': { body: LoginInputBody; answer: Login }
  /** 退出这一次登录 */
  'POST /logout': { answer: null }
  /** 村里的议题（四议两公开） */
  'GET /matters': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListMatter }
  /** 党支部提出议题 */
  'POST /matters': { body: NewMatterInputBody; answer: Matter }
  /** 一个议题走到哪一步 */
  'GET /matters/{id}': { path: { id: string }; answer: Course }
  /** 走下一步 */
  'POST /matters/{id}/advance': { path: { id: string }; body: AdvanceInputBody; answer: Matter }
  /** 终止议题 */
  'POST /matters/{id}/end': { path: { id: string }; body?: ReasonBody; answer: null }
  /** 大家的意见 */
  'GET /matters/{id}/remarks': { path: { id: string }; query?: { cursor?: string; limit?: number }; answer: Discussion }
  /** 说意见 */
  'POST /matters/{id}/remarks': { path: { id: string }; body: RemarkInputBody; answer: Remark }
  /** 隐藏一条意见 */
  'POST /matters/{id}/remarks/{remark}/hide': { path: { id: string; remark: string }; body: HideInputBody; answer: null }
  /** 我是谁 */
  'GET /me': { answer: Me }
  /** 我同意过什么 */
  'GET /me/consents': { answer: ListConsent }
  /** 同意或收回同意 */
  'POST /me/consents': { body: ConsentInputBody; answer: null }
  /** 我申请过的更正 */
  'GET /me/corrections': { answer: ListCorrection }
  /** 名册上我的信息不对，申请更正 */
  'POST /me/corrections': { body: CorrectionInputBody; answer: Correction }
  /** 删除我的资料：会删什么、留什么、办到哪一步 */
  'GET /me/erasure': { answer: Erasure }
  /** 要求删除我的资料（还要再确认一次） */
  'POST /me/erasure': { answer: Erasure }
  /** 确认删除 */
  'POST /me/erasure/confirm': { answer: Erasure }
  /** 不删了 */
  'POST /me/erasure/withdraw': { answer: null }
  /** 导出我的全部资料（zip） */
  'GET /me/export': { answer: ArrayBuffer }
  /** 换一个人说话，或换一个村 */
  'POST /me/speaker': { body: SpeakerInputBody; answer: Me }
  /** 可以请的调解员 */
  'GET /mediators': { query?: { village?: string }; answer: ListServant }
  /** 调解员擅长哪几类 */
  'POST /mediators/{id}/kinds': { path: { id: string }; body: GoodAtInputBody; answer: null }
  /** 我家的积分 */
  'GET /merit/account': { query?: { on_behalf_of?: string }; answer: MeritPoints }
  /** 积分办法 */
  'GET /merit/book': { query?: { village?: string }; answer: MeritBook }
  /** 录入会议通过的积分办法 */
  'POST /merit/book': { query?: { village?: string }; body: MeritNewBookInputBody; answer: MeritBook }
  /** 发户卡；旧卡作废 */
  'POST /merit/cards': { query?: { village?: string }; body: MeritCardInputBody; answer: MeritCard }
  /** 荣誉证书：自己家的，或村委会按户号打印 */
  'GET /merit/certificate': { query: { format?: 'pdf' | 'png'; household?: string; period: string; village?: string }; answer: ArrayBuffer }
  /** 我报的和报我的积分 */
  'GET /merit/claims': { query?: { cursor?: string; limit?: number }; answer: ListMeritClaim }
  /** 申报积分，夸乡亲 */
  'POST /merit/claims': { body: MeritNewClaimInputBody; answer: MeritClaim }
  /** 一件积分（公示中和入账的，本村人都能看） */
  'GET /merit/claims/{id}': { path: { id: string }; answer: MeritClaimView }
  /** 申诉：成为一件留言 */
  'POST /merit/claims/{id}/appeal': { path: { id: string }; body: MeritClaimReasonInputBody; answer: State }
  /** 对公示提异议：成为一件留言 */
  'POST /merit/claims/{id}/object': { path: { id: string }; body: MeritClaimReasonInputBody; answer: State }
  /** 冲正入错的积分 */
  'POST /merit/claims/{id}/reverse': { path: { id: string }; body: MeritClaimReasonInputBody; answer: MeritClaim }
  /** 评议员：同意或不同意 */
  'POST /merit/claims/{id}/review': { path: { id: string }; body: MeritReviewInputBody; answer: MeritClaim }
  /** 撤回申报 */
  'POST /merit/claims/{id}/withdraw': { path: { id: string }; answer: MeritClaim }
  /** 公告年底结转 */
  'POST /merit/close': { query?: { village?: string }; body: MeritCloseInputBody; answer: MeritClose }
  /** 管理员：没有手机的，凭户卡和见证人 */
  'POST /merit/counter/card': { query?: { village?: string }; body: MeritByCardInputBody; answer: MeritRedemption }
  /** 管理员：凭兑换码交货 */
  'POST /merit/counter/code': { query?: { village?: string }; body: MeritCodeInputBody; answer: MeritRedemption }
  /** 补录断网那天的纸单：两户的人各录一遍 */
  'POST /merit/counter/sheets': { query?: { village?: string }; body: MeritSheetInputBody; answer: MeritSheet }
  /** 管理员：等着取的 */
  'GET /merit/counter/waiting': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListMeritRedemption }
  /** 我家的积分账 */
  'GET /merit/entries': { query?: { cursor?: string; limit?: number; on_behalf_of?: string }; answer: ListMeritEntry }
  /** 一周里看着不对的地方 */
  'GET /merit/exceptions': { query?: { village?: string; week?: string }; answer: ListMeritException }
  /** 积分超市有什么 */
  'GET /merit/goods': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListMeritGoods }
  /** 上架商品 */
  'POST /merit/goods': { query?: { village?: string }; body: MeritNewGoodsInputBody; answer: MeritGoods }
  /** 改价、进出库、上下架 */
  'POST /merit/goods/{id}': { path: { id: string }; body: MeritChangeGoodsInputBody; answer: MeritGoods }
  /** 我家上不上光荣榜 */
  'POST /merit/honour': { body: MeritHonourInputBody; answer: null }
  /** 全村的积分账：只有数字，没有人名（村里决定公开的才有） */
  'GET /merit/postings': { query: { cursor?: string; limit?: number; village: string }; answer: ListMeritPosting }
  /** 正在公示的积分 */
  'GET /merit/public-notice': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListMeritPublicNotice }
  /** 光荣榜：只有愿意上榜的户 */
  'GET /merit/ranking': { query?: { limit?: number; period?: string; village?: string }; answer: ListMeritRanked }
  /** 光荣榜：贴公示栏的 PDF 或图片 */
  'GET /merit/ranking/board': { query?: { format?: 'pdf' | 'png'; period?: string; village?: string }; answer: ArrayBuffer }
  /** 我家的兑换 */
  'GET /merit/redemptions': { query?: { cursor?: string; limit?: number; on_behalf_of?: string }; answer: ListMeritRedemption }
  /** 兑换：留3天，凭码取 */
  'POST /merit/redemptions': { body: MeritNewRedemptionInputBody; answer: MeritRedemption }
  /** 取消兑换，积分退回 */
  'POST /merit/redemptions/{id}/cancel': { path: { id: string }; query?: { on_behalf_of?: string }; answer: MeritRedemption }
  /** 确认交货了：村民、管理员各一次 */
  'POST /merit/redemptions/{id}/confirm': { path: { id: string }; query?: { on_behalf_of?: string }; answer: MeritRedemption }
  /** 见证人：看到交货了 */
  'POST /merit/redemptions/{id}/witness': { path: { id: string }; answer: MeritRedemption }
  /** 等我评的积分 */
  'GET /merit/reviews': { query?: { limit?: number; village?: string }; answer: ListMeritClaim }
  /** 道德先进事迹 */
  'GET /merit/stories': { query?: { cursor?: string; limit?: number; q?: string; village?: string }; answer: ListMeritStory }
  /** 写一篇事迹，本人同意才公开 */
  'POST /merit/stories': { query?: { village?: string }; body: MeritNewStoryInputBody; answer: MeritStoryState }
  /** 写我的事迹：等我同意的也在 */
  'GET /merit/stories/mine': { query?: { cursor?: string; limit?: number }; answer: ListMeritStory }
  /** 本人同意公开这一版 */
  'POST /merit/stories/{id}/consent': { path: { id: string }; body: MeritStoryConsentInputBody; answer: MeritStoryState }
  /** 事迹最新的一版：给本人和村里看 */
  'GET /merit/stories/{id}/draft': { path: { id: string }; answer: MeritStory }
  /** 改写事迹 */
  'POST /merit/stories/{id}/editions': { path: { id: string }; body: MeritStoryEditionInputBody; answer: MeritStoryState }
  /** 撤下事迹（本人随时可以） */
  'POST /merit/stories/{id}/withdraw': { path: { id: string }; answer: MeritStoryState }
  /** 我的通知 */
  'GET /notices': { query?: { cursor?: string; limit?: number }; answer: ListNotice }
  /** 读过了 */
  'POST /notices/{id}/read': { path: { id: string }; answer: null }
  /** 打过电话了，已经告诉他 */
  'POST /notices/{id}/told': { path: { id: string }; answer: null }
  /** 从名单上去掉 */
  'POST /organs/{organ}/dismiss': { path: { organ: 'representatives' | 'collective' }; body: DismissInputBody; answer: null }
  /** 村民代表、集体成员名单 */
  'GET /organs/{organ}/members': { path: { organ: 'representatives' | 'collective' }; query?: { cursor?: string; limit?: number; village?: string }; answer: ListMember }
  /** 登记村民代表、集体成员 */
  'POST /organs/{organ}/members': { path: { organ: 'representatives' | 'collective' }; body: EnrolInputBody; answer: Enrolled }
  /** 村里的投票；todo 是等着我投的 */
  'GET /polls': { query?: { cursor?: string; limit?: number; todo?: boolean; village?: string }; answer: ListPoll }
  /** 发起投票（草稿） */
  'POST /polls': { body: NewPollInputBody; answer: Poll }
  /** 一个投票：我能不能投、投了没有、参加了多少 */
  'GET /polls/{id}': { path: { id: string }; answer: PollView }
  /** 替打电话、在家的人录票 */
  'POST /polls/{id}/assisted': { path: { id: string }; body: AssistedInputBody; answer: TakenBody }
  /** 选票清单，按票据号排（截止以后） */
  'GET /polls/{id}/ballots': { path: { id: string }; query?: { cursor?: string; limit?: number }; answer: ListBallot }
  /** 投票（不留请求内容） */
  'POST /polls/{id}/ballots': { path: { id: string }; body: BallotInputBody; answer: TakenBody }
  /** 开始以前取消 */
  'POST /polls/{id}/cancel': { path: { id: string }; body?: ReasonBody; answer: PollView }
  /** 截止并计票 */
  'POST /polls/{id}/close': { path: { id: string }; body?: ReasonBody; answer: PollView }
  /** 下载结果和选票（json 能重新计票，xlsx 存档），或贴公示栏的 PDF、图片 */
  'GET /polls/{id}/export': { path: { id: string }; query?: { format?: 'json' | 'xlsx' | 'pdf' | 'png' }; answer: ArrayBuffer }
  /** 延长（一次） */
  'POST /polls/{id}/extend': { path: { id: string }; body: ExtendPollInputBody; answer: PollView }
  /** 取一个只能投一次的网页 */
  'POST /polls/{id}/link': { path: { id: string }; answer: Link }
  /** 发通知：写名册，开始提意见 */
  'POST /polls/{id}/notice': { path: { id: string }; answer: PollView }
  /** 对名册的意见：我的，或全部 */
  'GET /polls/{id}/objections': { path: { id: string }; answer: ListObjection }
  /** 对名册提意见 */
  'POST /polls/{id}/objections': { path: { id: string }; body: ObjectInputBody; answer: Objection }
  /** 处理名册意见 */
  'POST /polls/{id}/objections/{objection}/decide': { path: { id: string; objection: string }; body: DecideObjectionInputBody; answer: null }
  /** 开始投票 */
  'POST /polls/{id}/open': { path: { id: string }; answer: PollView }
  /** 谁委托了谁 */
  'GET /polls/{id}/proxies': { path: { id: string }; answer: ListProxy }
  /** 委托投票 */
  'POST /polls/{id}/proxies': { path: { id: string }; body: NewProxyInputBody; answer: null }
  /** 收回委托 */
  'DELETE /polls/{id}/proxies/{voter}': { path: { id: string; voter: string }; answer: null }
  /** 通知到了谁，谁还不知道 */
  'GET /polls/{id}/reach': { path: { id: string }; answer: Reach }
  /** 大家的意见 */
  'GET /polls/{id}/remarks': { path: { id: string }; query?: { cursor?: string; limit?: number }; answer: Discussion }
  /** 说意见 */
  'POST /polls/{id}/remarks': { path: { id: string }; body: RemarkInputBody; answer: Remark }
  /** 隐藏一条意见 */
  'POST /polls/{id}/remarks/{remark}/hide': { path: { id: string; remark: string }; body: HideInputBody; answer: null }
  /** 结果（截止以后） */
  'GET /polls/{id}/result': { path: { id: string }; answer: Result }
  /** 名册 */
  'GET /polls/{id}/roll': { path: { id: string }; query?: { cursor?: string; limit?: number }; answer: ListEntry }
  /** 录纸票单（两个人各录一遍） */
  'POST /polls/{id}/sheets': { path: { id: string }; body: SheetInputBody; answer: Sheet }
  /** 村务监督委员核对过名册 */
  'POST /polls/{id}/verify-roll': { path: { id: string }; answer: PollView }
  /** 代投的票本人不认，作废 */
  'POST /polls/{id}/void': { path: { id: string }; body: VoidInputBody; answer: null }
  /** 发纸票以前查：这个人投了没有 */
  'GET /polls/{id}/voted': { path: { id: string }; query: { household_no?: string; name: string }; answer: Voted }
  /** 村民的提议 */
  'GET /proposals': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListProposal }
  /** 提一个议题 */
  'POST /proposals': { body: SuggestInputBody; answer: Proposal }
  /** 两委答复 */
  'POST /proposals/{id}/answer': { path: { id: string }; body: AnswerProposalInputBody; answer: Proposal }
  /** 大家的意见 */
  'GET /proposals/{id}/remarks': { path: { id: string }; query?: { cursor?: string; limit?: number }; answer: Discussion }
  /** 说意见 */
  'POST /proposals/{id}/remarks': { path: { id: string }; body: RemarkInputBody; answer: Remark }
  /** 隐藏一条意见 */
  'POST /proposals/{id}/remarks/{remark}/hide': { path: { id: string; remark: string }; body: HideInputBody; answer: null }
  /** 联名 */
  'POST /proposals/{id}/sign': { path: { id: string }; answer: Proposal }
  /** 等着当面确认的请求 */
  'GET /requests': { query?: { cursor?: string; limit?: number; village?: string }; answer: ListRequest }
  /** 当面确认了 */
  'POST /requests/confirm': { body: ConfirmInputBody; answer: Request }
  /** 不予确认 */
  'POST /requests/refuse': { body: RefuseInputBody; answer: Request }
  /** 我在哪些地方登录着 */
  'GET /sessions': { answer: ListSession }
  /** 全部退出 */
  'DELETE /sessions': { answer: null }
  /** 退出某一次登录 */
  'DELETE /sessions/{id}': { path: { id: string }; answer: null }
  /** 可以订阅的模板 */
  'GET /subscriptions': { answer: Templates }
  /** 记下订阅了哪些模板 */
  'POST /subscriptions': { body: GrantsInputBody; answer: null }
  /** 上传照片、录音、PDF 或 Excel 表格 */
  'POST /uploads': { query?: { village?: string }; file: string; answer: Upload }
  /** 看文件 */
  'GET /uploads/{id}': { path: { id: string }; query?: { small?: boolean }; answer: ArrayBuffer }
}
