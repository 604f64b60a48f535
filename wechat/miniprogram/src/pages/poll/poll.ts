import type { PollView, Result } from '../../../types/api'
import { ballotOf, cast, check, dropBallot } from '../../lib/ballot'
import { call } from '../../lib/call'
import { outcome, pollStates, votedBy } from '../../lib/poll-words'
import { privacyAgreed } from '../../lib/privacy'
import { Event, screen, sure, toast } from '../../lib/screen'
import { when } from '../../lib/words'

screen({
  data: {
    poll: null as PollView | null, state: '', facts: [] as Fact[], options: [] as Choice[], chosen: 0, voted: '', objects: '', why: '', receipt: '',
    result: null as Shown | null, votes: [] as number[], checked: '',
  },
  methods: {
    async load({ id }: Record<string, string>) {
      const poll = await call('GET /polls/{id}', { path: { id } })
      const result = poll.state === 'counted' ? await call('GET /polls/{id}/result', { path: { id } }) : null
      const kept = ballotOf(id)
      const on = new Set(this.data.options.filter(option => option.on).map(option => option.number))
      this.setData({
        poll, state: pollStates[poll.state], facts: factsOf(poll), objects: poll.state === 'noticed' && poll.objections_until && Date.parse(poll.objections_until) > Date.now() ? when(poll.objections_until) : '', voted: votedBy[poll.voted_by], why: poll.may_vote || poll.voted_by ? '' : poll.why ?? '',
        options: poll.options.map((text, i) => ({ text, number: i + 1, on: on.has(i + 1) })), receipt: kept?.cast || poll.voted_by === 'mini' ? kept?.receipt ?? '' : '',
        result: result && shown(result, poll), votes: result ? result.options.map(option => option.votes) : [],
      })
    },
    choose(event: Event) {
      const number = Number(event.currentTarget.dataset.number)
      const single = this.data.poll!.max_choices === 1
      const options = this.data.options.map(option => (option.number === number ? { ...option, on: !option.on } : single ? { ...option, on: false } : option))
      const chosen = options.filter(option => option.on).length
      if (chosen > this.data.poll!.max_choices) return toast(`最多选${this.data.poll!.max_choices}项`)
      this.setData({ options, chosen })
    },
    async vote() {
      const poll = this.data.poll!
      const chosen = this.data.options.filter(option => option.on)
      const words = chosen.map(option => option.text).join('、')
      if (!(await sure(`${poll.by_household ? '代表全家' : '我'}选：${words}。投出去不能改。`, '投票'))) return
      await this.act(async () => {
        const fresh = await cast(poll, chosen.map(option => option.number))
        toast(fresh ? '投好了' : '您前一次选的已经投进去了，以那一次为准')
        await this.again()
      })
    },
    async copy() {
      if (!(await privacyAgreed())) return
      await wx.setClipboardData({ data: this.data.receipt })
    },
    check() {
      return this.act(async () => {
        const { poll, receipt, options, votes } = this.data
        const found = await check(poll!.id, options.length, receipt)
        const same = String(found.votes) === String(votes)
        const counted = `这部手机数了${found.ballots}张票，${same ? '和公布的结果一样' : '和公布的结果不一样，请告诉村务监督委员会'}。`
        const mine = !receipt ? '' : found.mine ? `您的票在里面，选的是：${found.mine.map(n => options[n - 1]!.text).join('、')}。` : '没有找到您的票，请告诉村务监督委员会。'
        this.setData({ checked: mine + counted })
      })
    },
    async drop() {
      if (!(await sure('删掉以后，就不能再核对自己的票了。', '删掉'))) return
      dropBallot(this.query.id!)
      this.setData({ receipt: '' })
    },
  },
})

interface Fact {
  title: string
  text: string
}

interface Choice {
  text: string
  number: number
  on: boolean
}

interface Shown {
  passed: string
  options: Result['options']
  withheld: boolean
  turnout: string
}

function factsOf(p: PollView): Fact[] {
  const facts = [
    { title: '开始', text: when(p.opened_at ?? p.opens_at) }, { title: '截止', text: when(p.closed_at ?? p.closes_at) },
    { title: '参加', text: `${p.turnout}票，名册上${p.electorate}票` },
  ]
  if (p.quorum?.needed) facts.push({ title: '至少要', text: `${p.quorum.needed}票参加${p.quorum.met ? '（够了）' : ''}` })
  return facts
}

const shown = (r: Result, p: PollView): Shown => ({
  passed: r.withheld ? '参加的人太少' : outcome(p.organ, r.passed), options: r.withheld ? [] : r.options, withheld: r.withheld,
  turnout: `名册${r.electorate}票，投了${r.turnout}票${r.spoilt ? `，其中写坏${r.spoilt}票` : ''}。${r.by_residence.length > 1 ? r.by_residence.map(s => `${s.title}${s.turnout}票`).join('，') : ''}`,
})
