import type { DraftInputBody, NewPromise } from '../../../types/api'
import { call } from '../../lib/call'
import { partNames } from '../../lib/dispute-words'
import { draftOf, dropDraft, keepDraft } from '../../lib/draft'
import { Event, screen, sure, toast } from '../../lib/screen'
import { yuan } from '../../lib/words'

const fields = [
  { name: 'facts', title: '1. 主要事实，争的是什么' }, { name: 'responsibility', title: '2. 各方的责任' },
  { name: 'content', title: '3. 协议的内容' }, { name: 'manner', title: '4. 怎么履行' },
] as const

/** A day by which something is promised, as it is written: 2026-09-03. */
type Promised = NewPromise & { text: string }

screen({
  data: {
    ink: false, form: 'signed' as DraftInputBody['form'], texts: [] as Array<{ name: string; title: string; text: string }>, facts: '', responsibility: '', content: '', manner: '', property: true,
    promises: [] as Promised[], by: 'respondent' as NewPromise['by'], what: '', money: '', due: '',
  },
  methods: {
    opened({ id }: Record<string, string>) {
      this.setData({ ...draftOf<object>(`agreement:${id}`) })
      this.showTexts()
    },
    async load({ id }: Record<string, string>) {
      const [{ kind }, { kinds }] = await Promise.all([call('GET /disputes/{id}', { path: { id } }), call('GET /disputes/kinds', {})])
      const ink = kinds.find(k => k.name === kind)?.ink ?? false
      this.setData({ ink, form: ink && this.data.form === 'signed' ? 'ink' : this.data.form })
    },
    showTexts() {
      this.setData({ texts: fields.map(f => ({ ...f, text: this.data[f.name] })) })
    },
    typedInto() {
      const { form, facts, responsibility, content, manner, property, promises } = this.data
      keepDraft(`agreement:${this.query.id}`, { form, facts, responsibility, content, manner, property, promises })
    },
    choose(event: Event) {
      const { field, value } = event.currentTarget.dataset
      this.setData({ [field]: value })
      this.typedInto()
    },
    add() {
      const { by, what, money, due } = this.data
      const fen = Math.round(Number(money || 0) * 100)
      if (!Number.isFinite(fen) || fen < 0) return toast('多少钱请写数字，比如 500')
      const text = `${partNames[by]}：${what}${fen ? `，${yuan(fen)}` : ''}，${due}以前`
      this.setData({ promises: [...this.data.promises, { by, what: what.trim(), due_on: due, amount_fen: fen || undefined, text }], what: '', money: '', due: '' })
      this.typedInto()
    },
    drop(event: Event) {
      this.setData({ promises: this.data.promises.filter((_, i) => i !== Number(event.currentTarget.dataset.place)) })
      this.typedInto()
    },
    async send() {
      const words = this.data.form === 'oral' ? '口头协议马上生效，双方都会收到。' : '以前的稿子和签名都作废，双方来看新的。'
      if (!(await sure(words, '写好了'))) return
      await this.act(async () => {
        const { form, facts, responsibility, content, manner, property, promises } = this.data
        const body: DraftInputBody = { form, facts, responsibility, content, manner, only_property: property, promises: promises.map(({ text: _, ...promise }) => promise) }
        await call('POST /disputes/{id}/agreement', { path: { id: this.query.id! }, body })
        dropDraft(`agreement:${this.query.id}`)
        await wx.redirectTo({ url: `/pages/dispute/dispute?id=${this.query.id}` })
      })
    },
  },
})
