import type { Remark } from '../../../types/api'
import { call } from '../../lib/call'
import { draftOf, dropDraft, keepDraft } from '../../lib/draft'
import { screen, toast } from '../../lib/screen'
import { when } from '../../lib/words'

/** What people say about a poll. */
screen({
  data: { items: [] as Row[], next: null as string | null, hidden: 0, text: '' },
  methods: {
    opened({ id }: Record<string, string>) {
      this.setData({ text: draftOf<string>(`remark:${id}`) ?? '' })
    },
    async load({ id }: Record<string, string>) {
      const { items, next, hidden } = await call('GET /polls/{id}/remarks', { path: { id } })
      this.setData({ items: items.map(rowOf), next, hidden })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /polls/{id}/remarks', { path: { id: this.query.id! }, query: { cursor: this.data.next } })
      this.setData({ items: this.data.items.concat(items.map(rowOf)), next })
    },
    typedInto() {
      keepDraft(`remark:${this.query.id}`, this.data.text)
    },
    send() {
      return this.act(async () => {
        const id = this.query.id!
        await call('POST /polls/{id}/remarks', { path: { id }, body: { text: this.data.text.trim() } })
        dropDraft(`remark:${id}`)
        this.setData({ text: '' })
        toast('说好了')
        await this.again()
      })
    },
  },
})

interface Row {
  id: string
  by: string
  at: string
  text: string
}

const rowOf = (r: Remark): Row => ({ id: r.id, by: r.by, at: when(r.at), text: r.text })
