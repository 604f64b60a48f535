import type { Disclosure } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen } from '../../lib/screen'
import { villageOf } from '../../lib/session'
import { day } from '../../lib/words'

type Kind = Disclosure['kind'] | ''

const kinds: Array<{ kind: Kind; title: string }> = [
  { kind: '', title: '全部' }, { kind: 'finance', title: '财务' }, { kind: 'village', title: '村务' }, { kind: 'party', title: '党务' },
  { kind: 'land', title: '土地' }, { kind: 'decision', title: '决定' },
]

screen({
  data: { kinds, kind: '' as Kind, items: [] as Row[], next: null as string | null },
  methods: {
    async load() {
      const { items, next } = await call('GET /disclosures', { query: this.wanted() })
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /disclosures', { query: { ...this.wanted(), cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
    wanted() {
      return { village: villageOf(), kind: this.data.kind || undefined, state: 'published' as const }
    },
    choose(event: Event) {
      this.setData({ kind: event.currentTarget.dataset.kind, items: [] })
      return this.again()
    },
  },
})

interface Row {
  id: string
  title: string
  kind: string
  detail: string
  url: string
}

const rowOf = (d: Disclosure): Row => ({
  id: d.id, title: d.title, kind: d.kind_text, url: `/pages/disclosure/disclosure?id=${d.id}`,
  detail: `${day(d.published_at)}公开${d.version > 1 ? `，更正过${d.version - 1}次` : ''}`,
})
