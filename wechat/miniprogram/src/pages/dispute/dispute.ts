import type { DisputeView, Party, Word } from '../../../types/api'
import { call } from '../../lib/call'
import { dangerLine, forms, partNames, partyStates, promiseStates, takesPart, toSign } from '../../lib/dispute-words'
import { Event, open, screen, sure, toast } from '../../lib/screen'
import { kept } from '../../lib/session'
import { showFile } from '../../lib/show-file'
import { when, yuan } from '../../lib/words'
import { wordsSent, wordsToSend } from '../../lib/words-draft'

screen({
  data: {
    number: 0, kind: '', state: '', sent: false, due: '', who: '', rights: '', reason: '', asking: '', parties: [] as Row[], words: [] as Line[], sessions: [] as Row[],
    text: '', hash: '', form: '', signed: '', effective: '', paper: '', promises: [] as Promised[], court: '', confirmed: '', signs: false, serves: false, says: false, counsel: false,
    moves: false, draft: '', empty: true, round: 0, lawyer: false, releases: false, application: '', dangerLine,
  },
  methods: {
    opened(query: Record<string, string>) {
      this.setData({ sent: query.sent === '1', draft: `dispute:${query.id}` })
    },
    async load({ id }: Record<string, string>) {
      this.setData(shown(await call('GET /disputes/{id}', { path: { id } })))
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    /** Does one thing to this dispute, and shows what came of it. */
    move(work: (path: { id: string }) => Promise<unknown>) {
      return this.act(async () => {
        await work({ id: this.query.id })
        await this.again()
      })
    },
    lead() {
      return open(`/pages/mediate/mediate?id=${this.query.id}`)
    },
    consent() {
      return this.move(path => call('POST /disputes/{id}/consent', { path }))
    },
    async refuse() {
      const words = this.data.asking === 'lawyer' ? '不请律师？' : '不参加调解？这次调解就结束了，双方都还可以起诉。'
      if (await sure(words, '不同意')) await this.move(path => call('POST /disputes/{id}/refuse', { path }))
    },
    async dismiss() {
      if (await sure('不要律师帮忙了？他以后看不到这件事。', '不要了')) await this.move(path => call('POST /disputes/{id}/refuse', { path }))
    },
    say() {
      return this.move(async path => {
        const to = this.data.counsel && this.data.lawyer ? 'lawyer' as const : undefined
        await call('POST /disputes/{id}/messages', { path, body: { ...await wordsToSend(this.data.draft), to } })
        wordsSent(this.data.draft)
        this.setData({ round: this.data.round + 1, empty: true, sent: false })
        toast('已经发出')
      })
    },
    show(event: Event) {
      return this.act(() => showFile(`/uploads/${event.currentTarget.dataset.file}`))
    },
    /** Lets the lawyer read one of one's own words, or no longer. */
    release(event: Event) {
      const { word } = event.currentTarget.dataset
      const ids = this.data.words.filter(w => w.mine && (w.key === word ? !w.released : w.released)).map(w => w.key)
      return this.move(path => call('POST /disputes/{id}/release', { path, body: { word_ids: ids } }))
    },
    pdf() {
      return this.act(() => showFile(`/disputes/${this.query.id}/paper`))
    },
    async sign() {
      const { hash } = this.data // of the text that is shown
      if (await sure('签了就要照着做。您看完全文了吗？', '我签名')) await this.move(path => call('POST /disputes/{id}/sign', { path, body: { hash } }))
    },
    async judge(event: Event) {
      const { seq, kept } = event.currentTarget.dataset as { seq: number; kept: boolean }
      if (kept || (await sure('对方没有做到？会重新调解，也可以起诉。', '没做到'))) await this.move(path => call('POST /disputes/{id}/performance', { path, body: { seq: Number(seq), kept: Boolean(kept) } }))
    },
    read() {
      return this.act(async () => this.setData({ application: (await call('GET /disputes/{id}/confirmation', { path: { id: this.query.id! } })).text }))
    },
    async courtAgreed() {
      if (await sure('法院确认了，才点这里。', '法院确认了')) await this.move(path => call('POST /disputes/{id}/confirmation', { path }))
    },
    async extend() {
      await this.move(async path => {
        const { extended } = await call('POST /disputes/{id}/extension', { path })
        toast(extended ? '延期好了' : '记下了，等其他当事人也要求延期')
      })
    },
    async replace() {
      if (await sure('换一位调解员？', '换人')) await this.move(path => call('POST /disputes/{id}/replace', { path }))
    },
    async withdraw() {
      if (await sure('退出以后，这次调解就结束了。您还可以起诉。', '退出')) await this.move(path => call('POST /disputes/{id}/withdraw', { path, body: {} }))
    },
  },
})

interface Row {
  key: number
  title: string
  detail: string
}

interface Line {
  key: string
  who: string
  at: string
  text: string
  file: string
  mine: boolean
  released: boolean
}

interface Promised {
  seq: number
  text: string
  detail: string
  judges: boolean
}

const lineOf = (w: Word): Line => ({
  key: w.id, at: when(w.at), text: w.text, file: w.upload_id ?? '', mine: w.mine, released: w.released,
  who: `${w.mine ? '我' : `${w.by}（${partNames[w.part]}）`}${w.kind === 'facts' ? '说的经过' : w.kind === 'wish' ? '希望' : w.part === 'applicant' || w.part === 'respondent' ? '' : w.to === 'both' ? '对双方说' : w.to === 'mediator' ? '' : `对${partNames[w.to]}说`}`,
})

const partyOf = (p: Party): Row => ({ key: p.seq, title: `${partNames[p.side]}：${p.name}${p.mine ? '（您）' : ''}`, detail: `${partyStates[p.state]}${p.minor ? `，未满18岁${p.guardian ? `，由监护人${p.guardian}来办` : ''}` : ''}` })

function shown(v: DisputeView) {
  const party = v.part === 'applicant' || v.part === 'respondent'
  const going = v.state === 'accepting' || v.state === 'consent' || v.state === 'mediating'
  const joined = takesPart(v)
  const lawyer = Boolean(v.lawyer_side) && v.lawyer_side === v.part
  return {
    number: v.number, kind: v.kind, state: v.state_text, due: going ? when(v.due_at) : '', rights: v.rights, reason: v.reason ?? '', asking: v.asking ?? '',
    who: [`${when(v.filed_at)}提的`, v.mediator && `调解员${v.mediator}`, v.lawyer && `律师${v.lawyer}`, v.officer && `镇里${v.officer}`].filter(Boolean).join('，'),
    parties: v.parties.map(partyOf), words: v.words.map(lineOf),
    sessions: v.sessions.map(m => ({ key: m.seq, title: `${when(m.at)}，${m.place}`, detail: m.held_at ? `到场：${m.attended ?? ''}。${m.record ?? ''}` : '请按时来' })),
    ...agreed(v, party), signs: toSign(v, kept()?.person?.name ?? ''), serves: !party, says: party && (joined || v.part === 'applicant') && v.state !== 'closed', lawyer,
    moves: party && joined && going, releases: party && v.lawyer !== '' && going,
  }
}

function agreed(v: DisputeView, party: boolean) {
  const a = v.agreement
  if (!a) return { text: '', hash: '', form: '', signed: '', effective: '', paper: '', promises: [], court: '', confirmed: '' }
  return {
    text: a.text ?? '', hash: a.hash, form: forms[a.form], effective: when(a.effective_at), paper: a.paper_upload_id ?? '',
    signed: a.signatures.map(s => `${s.name}（${partNames[s.part]}）${when(s.at)}`).join('；'),
    court: party && a.confirm_by && !a.confirmed_at ? when(a.confirm_by) : '', confirmed: when(a.confirmed_at),
    promises: a.promises.map(p => ({
      seq: p.seq, text: `${partNames[p.by]}：${p.what}${p.amount_fen ? `，${yuan(p.amount_fen)}` : ''}`, detail: `${p.due_on}以前${p.state === 'due' ? '' : `，${promiseStates[p.state]}`}`,
      judges: party && v.state === 'agreed' && p.state === 'due' && p.by !== v.part,
    })),
  }
}
