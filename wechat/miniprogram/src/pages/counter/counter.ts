import type { MeritRedemption } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, sure } from '../../lib/screen'
import { when } from '../../lib/words'

screen({
  data: { code: '', done: '', items: [] as Row[], next: null as string | null },
  methods: {
    async load() {
      const { items, next } = await call('GET /merit/counter/waiting', {})
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /merit/counter/waiting', { query: { cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
    serve() {
      return this.act(async () => {
        this.setData({ done: '' })
        const r = await call('POST /merit/counter/code', { body: { code: this.data.code.replace(/\s/g, '') } })
        this.setData({ code: '', done: `请把${r.goods}×${r.quantity}交给${r.person}，${r.points}分已经用了。` })
        await this.again()
      })
    },
    async cancel(event: Event) {
      if (!(await sure('东西坏了、没有了，才取消。积分退回那一户。', '取消兑换'))) return
      await this.act(async () => {
        await call('POST /merit/redemptions/{id}/cancel', { path: { id: event.currentTarget.dataset.id } })
        await this.again()
      })
    },
  },
})

interface Row {
  id: string
  title: string
  detail: string
}

const rowOf = (r: MeritRedemption): Row => ({ id: r.id, title: `${r.person}：${r.goods}×${r.quantity}`, detail: `兑换${r.number}号，${when(r.expires_at)}前来取` })
