import type { Objection } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, toast } from '../../lib/screen'
import { day } from '../../lib/words'

/** Objections to a poll's roll: whoever was left out, or doesn't belong there. */
screen({
  data: { items: [] as Row[], kind: 'missing' as Objection['kind'], name: '', household: '', text: '' },
  methods: {
    async load({ id }: Record<string, string>) {
      const { items } = await call('GET /polls/{id}/objections', { path: { id } })
      this.setData({ items: items.map(rowOf) })
    },
    choose(event: Event) {
      this.setData({ kind: event.currentTarget.dataset.kind })
    },
    send() {
      return this.act(async () => {
        const { kind, name, household, text } = this.data
        const about = name.trim() ? { name: name.trim(), household_no: household.trim() || undefined } : undefined
        await call('POST /polls/{id}/objections', { path: { id: this.query.id! }, body: { kind, text: text.trim(), about } })
        this.setData({ name: '', household: '', text: '' })
        toast('交上去了')
        await this.again()
      })
    },
  },
})

interface Row {
  id: string
  title: string
  text: string
  detail: string
}

const states: Record<Objection['state'], string> = { open: '等村里答复', accepted: '改了名册', declined: '没有改' }

const rowOf = (o: Objection): Row => ({
  id: o.id, title: `${o.kind === 'missing' ? '漏了' : '不该有'}${o.about}`, text: o.text, detail: `${day(o.created_at)}提的，${states[o.state]}${o.reason ? `：${o.reason}` : ''}`,
})
