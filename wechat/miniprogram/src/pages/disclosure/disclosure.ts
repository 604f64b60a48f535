import type { DisclosureView, Item, Statement } from '../../../types/api'
import { call } from '../../lib/call'
import { draftOf, dropDraft, keepDraft } from '../../lib/draft'
import { Event, screen } from '../../lib/screen'
import { Card, disclosureCard, homeCard } from '../../lib/share'
import { openCase, showFile } from '../../lib/show-file'
import { day, when, yuan } from '../../lib/words'

screen({
  data: {
    title: '', kind: '', made: '', reason: '', withdrawn: '', open: false, text: '', files: [] as string[], leaf: '',
    accounts: null as Accounts | null, sums: [] as Sum[], items: [] as Row[], next: null as string | null,
    questions: [] as Answered[], question: '', public: false,
  },
  methods: {
    opened({ id }: Record<string, string>) {
      this.setData({ question: draftOf<string>(`question:${id}`) ?? '' })
    },
    async load({ id }: Record<string, string>) {
      const view = await call('GET /disclosures/{id}', { path: { id } })
      this.setData(shown(view))
      if (!view.accounts) return
      const [sums, first] = await Promise.all([call('GET /disclosures/{id}/categories', { path: { id } }), call('GET /disclosures/{id}/items', { path: { id } })])
      this.setData({
        sums: sums.items.map(s => ({ key: `${s.income} ${s.category}`, category: s.category, items: s.items, income: s.income, amount: signed(s.amount, s.income) })),
        items: first.items.map(rowOf), next: first.next,
      })
    },
    further() {
      return this.act(async () => {
        const more = await call('GET /disclosures/{id}/items', { path: { id: this.query.id! }, query: { cursor: this.data.next! } })
        this.setData({ items: this.data.items.concat(more.items.map(rowOf)), next: more.next })
      })
    },
    typedInto() {
      keepDraft(`question:${this.query.id}`, this.data.question)
    },
    show(event: Event) {
      return this.act(() => showFile(`/disclosures/${this.query.id}/files/${event.currentTarget.dataset.upload}`))
    },
    ask() {
      return this.act(async () => {
        const asked = await call('POST /disclosures/{id}/questions', { path: { id: this.query.id! }, body: { text: this.data.question.trim() } })
        dropDraft(`question:${this.query.id}`)
        this.setData({ question: '' })
        await openCase(asked.id)
      })
    },
    share(): Card {
      return this.data.public ? disclosureCard(this.data.title, this.query.id!) : homeCard()
    },
  },
})

interface Accounts {
  opening: string
  income: string
  expense: string
  closing: string
  warning: string
}

interface Sum {
  key: string
  category: string
  items: number
  income: boolean
  amount: string
}

interface Row {
  seq: number
  purpose: string
  income: boolean
  amount: string
  detail: string
  doubled: boolean
  vouchers: string[]
}

interface Answered {
  number: number
  nickname: string
  question: string
  answer: string
  at: string
}

const signed = (fen: number, income: boolean) => (income ? '+' : '-') + yuan(fen)

function shown(d: DisclosureView) {
  return {
    title: d.title, kind: d.kind_text, reason: d.reason ?? '', withdrawn: d.state === 'withdrawn' ? d.withdrawn_reason ?? '' : '', text: d.text, files: d.upload_ids,
    made: [d.published && `${day(d.published.at)}公开`, d.signed && `村务监督委员${d.signed.name}签字`, d.approved && `${d.approved.name}审批`].filter(Boolean).join('，'),
    accounts: d.accounts && accountsOf(d.accounts), open: d.state === 'published', public: d.state === 'published' && d.scope === 'public', leaf: d.leaves.length ? String(d.leaves[d.leaves.length - 1]!.index) : '',
    questions: d.questions.map(q => ({ number: q.number, nickname: q.nickname, question: q.question, answer: q.answer, at: when(q.answered_at) })),
  }
}

const accountsOf = (a: Statement): Accounts => ({
  opening: yuan(a.opening), income: yuan(a.income), expense: yuan(a.expense), closing: yuan(a.closing),
  warning: a.off ? `期初余额和上一期期末差${yuan(Math.abs(a.off))}，可以问一问` : a.gap ? '上一期没有公开，期初余额对不了' : '',
})

const rowOf = (i: Item): Row => ({
  seq: i.seq, purpose: i.purpose, income: i.income, amount: signed(i.amount, i.income), doubled: i.doubled, vouchers: i.upload_ids,
  detail: [day(`${i.day}T00:00:00+08:00`), i.category, i.party, i.approver && `${i.approver}批`, i.invoice && `票据${i.invoice}`].filter(Boolean).join('，'),
})
