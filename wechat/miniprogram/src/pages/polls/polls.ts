import type { Poll } from '../../../types/api'
import { call } from '../../lib/call'
import { outcome, pollStates, votedBy } from '../../lib/poll-words'
import { screen } from '../../lib/screen'
import { day } from '../../lib/words'

screen({
  data: { items: [] as Row[], next: null as string | null },
  methods: {
    async load() {
      const { items, next } = await call('GET /polls', {})
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /polls', { query: { cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
  },
})

interface Row {
  id: string
  title: string
  state: string
  decides: string
  detail: string
  mine: boolean
  url: string
}

function rowOf(p: Poll): Row {
  const mine = p.state === 'open' && p.listed && p.voted_by === ''
  const voted = p.voted_by ? `我已经${votedBy[p.voted_by]}` : mine ? '等您投' : ''
  const until = p.state === 'noticed' ? `${day(p.opens_at)}开始` : p.state === 'open' ? `${day(p.closes_at)}截止` : p.passed === null ? '' : outcome(p.organ, p.passed)
  return { id: p.id, title: p.title, state: pollStates[p.state], decides: p.decides, detail: [voted, until].filter(Boolean).join('，'), mine, url: `/pages/poll/poll?id=${p.id}` }
}
