import type { Notice } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen } from '../../lib/screen'
import { openCase } from '../../lib/show-file'
import { when } from '../../lib/words'

screen({
  data: { items: [] as Row[], next: null as string | null },
  methods: {
    async load() {
      const { items, next } = await call('GET /notices', {})
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /notices', { query: { cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
    read(event: Event) {
      const { id, case: about } = event.currentTarget.dataset
      return this.act(async () => {
        await call('POST /notices/{id}/read', { path: { id } })
        this.setData({ items: this.data.items.map(row => (row.id === id ? { ...row, read: true } : row)) })
        if (about) await openCase(about)
      })
    },
  },
})

interface Row {
  id: string
  text: string
  at: string
  read: boolean
  case: string
}

const rowOf = (n: Notice): Row => ({ id: n.id, text: n.text || '（录音或照片，点开看）', at: when(n.at), read: n.read, case: n.case_id ?? '' })
