import type { Case, Dispute, MeritClaim } from '../../../types/api'
import { call } from '../../lib/call'
import { partNames } from '../../lib/dispute-words'
import { screen } from '../../lib/screen'
import { kept } from '../../lib/session'
import { when } from '../../lib/words'

const awaiting = ['submitted', 'in_progress'] as const

screen({
  data: { items: [] as Row[], next: ['', ''] as Array<string | null>, disputes: [] as Row[], reviews: [] as Row[], keeper: false, confirms: false },
  methods: {
    async load() {
      const disputes = await call('GET /disputes', { query: { limit: 100 } })
      const roles = kept()?.person?.roles ?? [] // known by now: the call signed in
      const reviews = roles.includes('point_reviewer') ? await call('GET /merit/reviews', { query: { limit: 100 } }) : { items: [] as MeritClaim[] }
      this.setData({
        items: [], next: ['', ''], disputes: disputes.items.filter(serves).map(disputeOf), reviews: reviews.items.map(reviewOf), keeper: roles.includes('store_keeper'),
        confirms: roles.some(role => ['grid_worker', 'committee_member', 'branch_secretary', 'first_secretary', 'township_officer'].includes(role)),
      })
      await this.more()
    },
    /** The next page of what is new and of what is being worked on, the most urgent first. */
    async more() {
      const next = [...this.data.next]
      const found = await Promise.all(awaiting.map(async (state, i) => {
        if (next[i] === null) return []
        const page = await call('GET /cases', { query: { as: 'handler', state, limit: 50, cursor: next[i] || undefined } })
        next[i] = page.next
        return page.items.filter(c => c.kind !== 'dispute').map(caseOf)
      }))
      const items = this.data.items.concat(...found).sort((a, b) => (a.due < b.due ? -1 : 1))
      this.setData({ items, next })
    },
  },
})

interface Row {
  id: string
  title: string
  text: string
  detail: string
  late: boolean
  due: string
  url: string
}

const serves = (d: Dispute) => d.state !== 'closed' && (d.part === 'mediator' || d.part === 'lawyer' || d.part === 'township')

const row = (id: string, title: string, text: string, due: string | null, url: string): Row => ({
  id, title, text, url: `${url}?id=${id}`, due: due ? new Date(due).toISOString() : '9', late: due !== null && Date.parse(due) < Date.now(), detail: due ? `${when(due)}前` : '',
})

const caseOf = (c: Case): Row => row(c.id, `#${c.number}${c.urgent ? ' 紧急' : ''} ${c.state_text}`, c.text || '（录音或照片）', c.contact_due ?? c.due_at, '/pages/case/case')

const disputeOf = (d: Dispute): Row => row(d.id, `#${d.number} ${d.kind}`, `${d.state_text}（您是${d.part ? partNames[d.part] : ''}）`, d.due_at, '/pages/dispute/dispute')

const reviewOf = (c: MeritClaim): Row => row(c.id, `积分${c.number}号`, `${c.person}：${c.title}，${c.points}分`, null, '/pages/onclaim/onclaim')
