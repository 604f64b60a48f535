import type { DisputeView, ReferInputBody } from '../../../types/api'
import { call, upload } from '../../lib/call'
import { partNames } from '../../lib/dispute-words'
import { Event, open, screen, sure, toast } from '../../lib/screen'
import { takePictures } from '../../lib/files'
import { when } from '../../lib/words'
import { wordsSent, wordsToSend } from '../../lib/words-draft'

type To = 'applicant' | 'respondent' | 'both'
const ways = [{ how: 'visit', title: '上门问的' }, { how: 'phone', title: '打电话问的' }, { how: 'paper', title: '对方写了字' }] as const

screen({
  data: {
    number: 0, kind: '', state: '', due: '', flag: '', part: '', side: '', accepts: false, asked: [] as Array<{ seq: number; name: string }>, minor: false, mediating: false, ink: '',
    leads: false, counsels: false, declares: false, ways, how: 'visit', to: 'both' as To, reason: '', guardian: '', day: '', hour: '', place: '', planned: '', attended: '', record: '', report: '',
    draft: '', empty: true, round: 0,
  },
  methods: {
    opened({ id }: Record<string, string>) {
      this.setData({ draft: `mediate:${id}` })
    },
    async load({ id }: Record<string, string>) {
      this.setData(shown(await call('GET /disputes/{id}', { path: { id } })))
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    choose(event: Event) {
      const { field, value } = event.currentTarget.dataset
      this.setData({ [field]: value })
    },
    move(work: (path: { id: string }) => Promise<unknown>, done = '办好了') {
      return this.act(async () => {
        await work({ id: this.query.id })
        await this.again()
        toast(done)
      })
    },
    accept() {
      return this.move(path => call('POST /disputes/{id}/accept', { path }), '接下了')
    },
    async decline() {
      if (await sure('交给别人来办？', '不能接')) await this.ended(path => call('POST /disputes/{id}/decline', { path, body: { reason: this.data.reason } }))
    },
    answered(event: Event) {
      const { seq, agreed } = event.currentTarget.dataset as { seq: number; agreed: boolean }
      const how = this.data.how as (typeof ways)[number]['how']
      return this.move(path => call('POST /disputes/{id}/answer', { path, body: { agreed: Boolean(agreed), how, seq: Number(seq) } }), '记下了')
    },
    guard() {
      return this.move(path => call('POST /disputes/{id}/guardian', { path, body: { name: this.data.guardian.trim() } }), '登记好了')
    },
    say() {
      return this.move(async path => {
        const to = (this.data.side || this.data.to) as To
        await call('POST /disputes/{id}/messages', { path, body: { ...await wordsToSend(this.data.draft), to } })
        wordsSent(this.data.draft)
        this.setData({ round: this.data.round + 1, empty: true })
      }, '已经发出')
    },
    plan() {
      const { day, hour, place } = this.data
      return this.move(async path => {
        await call('POST /disputes/{id}/sessions', { path, body: { at: `${day}T${hour}:00+08:00`, place: place.trim() } })
        this.setData({ day: '', hour: '', place: '' })
      }, '约好了，已通知双方')
    },
    record() {
      return this.move(async path => {
        const attended = this.data.attended.split(/[、，,\s]+/).filter(Boolean)
        await call('POST /disputes/{id}/sessions/record', { path, body: { attended, record: this.data.record } })
        this.setData({ record: '' })
      }, '记好了')
    },
    write() {
      return open(`/pages/agreement/agreement?id=${this.query.id}`)
    },
    paper() {
      return this.move(async path => {
        const [picture] = await takePictures(1)
        if (!picture) return
        await call('POST /disputes/{id}/paper', { path, body: { hash: this.data.ink, upload_id: await upload(picture) } })
      })
    },
    tell() {
      return this.move(path => call('POST /disputes/{id}/report', { path, body: { text: this.data.report } }), '登记好了')
    },
    serve(event: Event) {
      return this.move(path => call('POST /disputes/{id}/side', { path, body: { side: event.currentTarget.dataset.side } }))
    },
    refer(event: Event) {
      const to = event.currentTarget.dataset.to as ReferInputBody['to']
      return this.move(path => call('POST /disputes/{id}/refer', { path, body: { to, reason: this.data.reason } }))
    },
    async fail() {
      if (await sure('调解不成，结束这件事？双方都会知道还可以起诉。', '结束')) await this.move(path => call('POST /disputes/{id}/fail', { path, body: { reason: this.data.reason } }))
    },
    async reject() {
      if (await sure('这不是调解的事，不受理？', '不受理')) await this.move(path => call('POST /disputes/{id}/reject', { path, body: { reason: this.data.reason } }))
    },
    /** Of what leaves this person's hands. */
    ended(work: (path: { id: string }) => Promise<unknown>) {
      return this.act(async () => {
        await work({ id: this.query.id })
        await wx.reLaunch({ url: '/pages/due/due' })
      })
    },
  },
})

function shown(v: DisputeView) {
  const part = v.part ?? ''
  const a = v.agreement
  const joined = v.parties.filter(p => p.state === 'joined').map(p => p.guardian || p.name)
  const going = v.state === 'consent' || v.state === 'mediating'
  const planned = v.sessions.find(m => !m.held_at)
  const leads = (part === 'mediator' && v.state !== 'accepting' || part === 'township') && going
  return {
    number: v.number, kind: v.kind, state: v.state_text, due: going || v.state === 'accepting' ? when(v.due_at) : '', part, leads,
    flag: v.flag && !v.flag.reported_at ? (v.flag.what === 'violence' ? '有家庭暴力的迹象。别惊动对方，先核实，该打110就打110，再登记。' : '有人身危险的迹象。先核实，该打110就打110，再登记。') : '',
    accepts: v.state === 'accepting' && (part === '' || part === 'mediator'), minor: v.parties.some(p => p.minor && !p.guardian),
    asked: v.parties.filter(p => p.state === 'asked').map(p => ({ seq: p.seq, name: `${partNames[p.side]}${p.name}` })),
    mediating: v.state === 'mediating', ink: a && a.form === 'ink' && !a.effective_at ? a.hash : '', planned: planned ? `${when(planned.at)}，${planned.place}` : '', attended: joined.join('、'),
    declares: part === 'lawyer' && !v.lawyer_side && going, counsels: part === 'lawyer' && Boolean(v.lawyer_side) && going, side: part === 'lawyer' ? v.lawyer_side ?? '' : '',
  }
}
