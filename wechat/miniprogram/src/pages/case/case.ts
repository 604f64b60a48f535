import type { CaseView, Event as Step } from '../../../types/api'
import { call } from '../../lib/call'
import { draftOf, dropDraft, keepDraft } from '../../lib/draft'
import { Event, screen, sure, toast } from '../../lib/screen'
import { showFile } from '../../lib/show-file'
import { when } from '../../lib/words'
import { sayInCase } from '../../lib/words-draft'

screen({
  data: {
    number: 0, state: '', urgent: false, confidential: false, sent: false, due: '', who: '', timeline: [] as Line[], five: [1, 2, 3, 4, 5],
    asks: false, rates: false, rated: 0, handles: false, fresh: false, adds: false, answer: '', reason: '', to: '', finishes: false, hears: false, draft: '', empty: true, round: 0,
  },
  methods: {
    opened(query: Record<string, string>) {
      this.setData({ sent: query.sent === '1', draft: `case:${query.id}`, answer: draftOf<string>(`answer:${query.id}`) ?? '' })
    },
    async load({ id }: Record<string, string>) {
      this.setData(shown(await call('GET /cases/{id}', { path: { id } })))
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    typedInto() {
      keepDraft(`answer:${this.query.id}`, this.data.answer)
    },
    show(event: Event) {
      return this.act(() => showFile(`/uploads/${event.currentTarget.dataset.file}`))
    },
    /** Does one thing to this case, and shows what came of it. */
    move(work: (path: { id: string }) => Promise<unknown>) {
      return this.act(async () => {
        await work({ id: this.query.id })
        await this.again()
      })
    },
    verdict(event: Event) {
      const solved = Boolean(event.currentTarget.dataset.solved)
      return this.move(path => call('POST /cases/{id}/verdict', { path, body: { solved } }))
    },
    rate(event: Event) {
      const stars = Number(event.currentTarget.dataset.stars)
      return this.move(path => call('POST /cases/{id}/stars', { path, body: { stars } }))
    },
    add() {
      return this.move(async ({ id }) => {
        await sayInCase(id, this.data.draft)
        this.setData({ round: this.data.round + 1, empty: true, sent: false })
        toast('补充好了')
      })
    },
    async swap() {
      if (await sure('换一个人来办？只能换一次。')) await this.move(path => call('POST /cases/{id}/swap', { path }))
    },
    async withdraw() {
      if (await sure('撤回以后，这件事就不办了。', '撤回')) await this.move(path => call('POST /cases/{id}/withdraw', { path }))
    },
    contact() {
      return this.move(path => call('POST /cases/{id}/contact', { path }))
    },
    reply() {
      return this.said(path => call('POST /cases/{id}/reply', { path, body: { text: this.data.answer } }))
    },
    askBack() {
      return this.said(path => call('POST /cases/{id}/ask', { path, body: { text: this.data.answer } }))
    },
    extend() {
      return this.move(async path => {
        await call('POST /cases/{id}/extend', { path, body: { reason: this.data.reason } })
        this.setData({ reason: '' })
        toast('延期好了')
      })
    },
    async transfer() {
      const to = this.data.to.trim()
      if (!(await sure(`转给${to}来办？`, '转办'))) return
      await this.act(async () => {
        await call('POST /cases/{id}/transfer', { path: { id: this.query.id! }, body: { to } })
        toast(`转给${to}了`)
        await wx.redirectTo({ url: '/pages/due/due' })
      })
    },
    async finish() {
      if (await sure('办结以后，等提问的人说解决没有。', '办结')) await this.move(path => call('POST /cases/{id}/close', { path }))
    },
    /** Enters what the asker said in person or by telephone. */
    heardSay(event: Event) {
      const solved = Boolean(event.currentTarget.dataset.solved)
      return this.move(path => call('POST /cases/{id}/heard', { path, body: { solved } }))
    },
    said(work: (path: { id: string }) => Promise<unknown>) {
      return this.move(async path => {
        await work(path)
        dropDraft(`answer:${path.id}`)
        this.setData({ answer: '' })
        toast('已经发出')
      })
    },
  },
})

interface Line {
  key: number
  who: string
  at: string
  text: string
  file: string
}

const byNames: Record<Step['by'], string> = { asker: '提问人', helper: '代办人', handler: '经办人', system: '系统' }

function shown(c: CaseView) {
  const open = c.state === 'submitted' || c.state === 'in_progress'
  const mine = c.side === 'asker' || c.side === 'helper'
  return {
    number: c.number, state: c.state_text, urgent: c.urgent, confidential: c.confidential, due: open && mine ? when(c.due_at) : '',
    who: [`${when(c.opened_at)}提的`, c.asker && `${c.asker}提的`, c.handler ? `${c.handler}在办` : open && '正在安排人办'].filter(Boolean).join('，'),
    timeline: c.timeline.map((step, key) => ({ key, who: step.name || byNames[step.by], at: when(step.at), text: step.text, file: step.upload_id ?? '' })),
    asks: mine && c.state === 'replied', rates: mine && c.solved && c.stars === 0, rated: mine ? c.stars : 0,
    handles: c.side === 'handler' && open, fresh: c.state === 'submitted', finishes: c.side === 'handler' && c.state === 'replied', hears: c.side === 'listener' && c.state === 'replied', adds: mine && open,
  }
}
