import type { Help } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, sure, toast } from '../../lib/screen'
import { day } from '../../lib/words'

type Move = 'agree' | 'disagree' | 'end'
const scopes = ['cases', 'reading', 'merit'] as const

screen({
  data: { items: [] as Row[], name: '', household: '', cases: true, reading: false, merit: false },
  methods: {
    async load() {
      const { items } = await call('GET /helpers', {})
      this.setData({ items: items.map(rowOf) })
    },
    async move(event: Event) {
      const { id, move } = event.currentTarget.dataset as { id: string; move: Move }
      if (move === 'end' && !(await sure('停止代办？', '停止'))) return
      await this.act(async () => {
        await call(`POST /helpers/{id}/${move}`, { path: { id } })
        await this.again()
      })
    },
    ask() {
      return this.act(async () => {
        const scope = scopes.filter(one => this.data[one])
        await call('POST /helpers', { body: { name: this.data.name.trim(), household_no: this.data.household.trim() || undefined, scope, months: 12 } })
        this.setData({ name: '', household: '' })
        toast('已经请他同意')
        await this.again()
      })
    },
  },
})

interface Row {
  id: string
  title: string
  scope: string
  detail: string
  waits: boolean
  ends: boolean
}

const states: Record<Help['state'], string> = { open: '等老人本人同意', agreed: '正在代办', refused: '没有同意', ended: '停止了', lapsed: '到期了' }
const scopeNames: Record<string, string> = { cases: '留言、看进度', reading: '看通知', merit: '用积分' }

const rowOf = (h: Help): Row => ({
  id: h.id, title: h.mine ? `${h.helper}替我办` : `我替${h.elder}办`, scope: h.scope.map(one => scopeNames[one] ?? one).join('、'),
  detail: h.state === 'open' && h.mine ? `${h.helper}请您同意` : `${states[h.state]}，编号${h.number}${h.until && h.state === 'agreed' ? `，到${day(h.until)}` : ''}`,
  waits: h.mine && h.state === 'open', ends: h.state === 'agreed',
})
