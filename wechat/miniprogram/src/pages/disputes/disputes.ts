import type { Dispute } from '../../../types/api'
import { call } from '../../lib/call'
import { partNames } from '../../lib/dispute-words'
import { screen } from '../../lib/screen'
import { day, when } from '../../lib/words'

const doors = [
  { title: '法律咨询', detail: '问公益律师，不收费', url: '/pages/legal/legal' },
  { title: '法律援助', detail: '看看能不能申请', url: '/pages/aid/aid' },
]

screen({
  data: { items: [] as Row[], next: null as string | null, doors },
  methods: {
    async load() {
      const { items, next } = await call('GET /disputes', {})
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /disputes', { query: { cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
  },
})

interface Row {
  id: string
  title: string
  state: string
  detail: string
  url: string
}

const rowOf = (d: Dispute): Row => ({
  id: d.id, title: `#${d.number} ${d.kind}`, state: d.state_text, url: `/pages/dispute/dispute?id=${d.id}`,
  detail: [`${day(d.filed_at)}提的`, d.part && `您是${partNames[d.part]}`, d.state !== 'closed' && d.due_at && `这一步到${when(d.due_at)}`].filter(Boolean).join('，'),
})
