import type { MeritClaim, MeritPublicNotice } from '../../../types/api'
import { call } from '../../lib/call'
import { screen } from '../../lib/screen'
import { day, when } from '../../lib/words'

screen({
  data: { items: [] as Row[], next: null as string | null, shown: [] as Row[] },
  methods: {
    async load() {
      const [{ items, next }, notice] = await Promise.all([call('GET /merit/claims', {}), call('GET /merit/public-notice', { query: { limit: 100 } })])
      this.setData({ items: items.map(rowOf), next, shown: notice.items.map(noticeOf) })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /merit/claims', { query: { cursor: this.data.next } })
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

const rowOf = (c: MeritClaim): Row => ({ id: c.id, title: `${c.person}：${c.title}，${c.points}分`, state: c.state_text, detail: `${day(c.opened_at)}报的，积分${c.number}号`, url: `/pages/onclaim/onclaim?id=${c.id}` })

const noticeOf = (n: MeritPublicNotice): Row => ({ id: n.id, title: `${n.person}：${n.title}，${n.points}分`, state: '公示', detail: `公示到${when(n.until)}`, url: `/pages/onclaim/onclaim?id=${n.id}` })
