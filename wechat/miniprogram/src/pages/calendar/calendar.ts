import type { Slot } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, open, screen } from '../../lib/screen'
import { villageOf } from '../../lib/session'
import { day } from '../../lib/words'

screen({
  data: { items: [] as Row[] },
  methods: {
    async load() {
      const { items } = await call('GET /disclosures/calendar', { query: { village: villageOf() } })
      this.setData({ items: items.map(rowOf) })
    },
    visit(event: Event) {
      const { url } = event.currentTarget.dataset
      return url ? open(url) : undefined
    },
  },
})

interface Row {
  key: string
  title: string
  state: string
  bad: boolean
  detail: string
  url: string
}

const states: Record<Slot['state'], string> = { published: '已公开', due: '还没到期', late: '逾期', very_late: '严重逾期' }

const rowOf = (s: Slot): Row => ({
  key: `${s.duty} ${s.period}`, title: s.title, state: s.published_late ? '晚公开' : states[s.state], bad: s.published_late || s.state.endsWith('late'),
  detail: s.published_at ? `${day(s.published_at)}公开` : `${day(s.due_at)}前应公开`,
  url: s.disclosure_id ? `/pages/disclosure/disclosure?id=${s.disclosure_id}` : '',
})
