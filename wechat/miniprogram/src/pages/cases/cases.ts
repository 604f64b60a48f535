import type { Case } from '../../../types/api'
import { call } from '../../lib/call'
import { screen } from '../../lib/screen'
import { day } from '../../lib/words'

screen({
  data: { items: [] as Row[], next: null as string | null },
  methods: {
    async load() {
      const { items, next } = await call('GET /cases', { query: { as: 'asker' } })
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /cases', { query: { as: 'asker', cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
  },
})

interface Row {
  id: string
  number: number
  state: string
  text: string
  detail: string
  url: string
  waits: boolean
}

function rowOf(c: Case): Row {
  const waits = c.state === 'replied'
  return {
    id: c.id, number: c.number, state: c.state_text, text: c.text || '（录音或照片）', waits, url: `/pages/case/case?id=${c.id}`,
    detail: waits ? '有答复了，请说一说解决了没有' : [`${day(c.opened_at)}提的`, c.handler && `${c.handler}在办`].filter(Boolean).join('，'),
  }
}
