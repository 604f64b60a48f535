import type { Request } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, sure, toast } from '../../lib/screen'
import { when } from '../../lib/words'

const scopes: Record<string, string> = { cases: '留言、看进度', reading: '看通知', merit: '用积分' }

screen({
  data: { items: [] as Row[], next: null as string | null, household: '', reason: '' },
  methods: {
    async load() {
      const { items, next } = await call('GET /requests', {})
      this.setData({ items: items.map(rowOf), next })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /requests', { query: { cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
    async confirm(event: Event) {
      const { number, village } = event.currentTarget.dataset as { number: number; village: string }
      if (!(await sure('您当面见到了本人，他也愿意？', '是他本人'))) return
      await this.act(async () => {
        await call('POST /requests/confirm', { body: { village, number: Number(number), household_no: this.data.household.trim() || undefined } })
        this.setData({ household: '' })
        await this.again()
        toast('确认好了')
      })
    },
    refuse(event: Event) {
      const { number, village } = event.currentTarget.dataset as { number: number; village: string }
      return this.act(async () => {
        await call('POST /requests/refuse', { body: { village, number: Number(number), reason: this.data.reason.trim() } })
        this.setData({ reason: '' })
        await this.again()
      })
    },
  },
})

interface Row {
  number: number
  village: string
  title: string
  detail: string
}

const rowOf = (r: Request): Row => ({
  number: r.number, village: r.village, title: r.elder ? `${r.helper}想替${r.elder}代办` : `${r.name}要绑定微信`,
  detail: [`${when(r.asked_at)}提的`, r.phone && `手机${r.phone}`, r.scope && r.scope.map(one => scopes[one] ?? one).join('、'), r.months && `${r.months}个月`].filter(Boolean).join('，'),
})
