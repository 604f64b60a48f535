import type { MeritClaimView, MeritReview } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, sure, toast } from '../../lib/screen'
import { showFile } from '../../lib/show-file'
import { when } from '../../lib/words'

const reviewStates: Record<MeritReview['state'], string> = { asked: '还没评', approved: '同意', refused: '不同意', over: '不用评了' }

screen({
  data: {
    claim: null as MeritClaimView | null, sent: false, detail: '', until: '', files: [] as string[], reviews: [] as Array<{ name: string; text: string }>,
    withdraws: false, objects: false, appeals: false, reason: '',
  },
  methods: {
    opened(query: Record<string, string>) {
      this.setData({ sent: query.sent === '1' })
    },
    async load({ id }: Record<string, string>) {
      this.setData(shown(await call('GET /merit/claims/{id}', { path: { id } })))
    },
    show(event: Event) {
      return this.act(() => showFile(`/uploads/${event.currentTarget.dataset.file}`))
    },
    move(work: (path: { id: string }) => Promise<unknown>, done: string) {
      return this.act(async () => {
        await work({ id: this.query.id })
        this.setData({ reason: '', sent: false })
        toast(done)
        await this.again()
      })
    },
    review(event: Event) {
      const approve = Boolean(event.currentTarget.dataset.approve)
      return this.move(path => call('POST /merit/claims/{id}/review', { path, body: { approve, reason: this.data.reason || undefined } }), '评好了')
    },
    async withdraw() {
      if (await sure('撤回这次申报？', '撤回')) await this.move(path => call('POST /merit/claims/{id}/withdraw', { path }), '撤回了')
    },
    /** An objection to what is on public notice, or an appeal of whom it concerns. */
    contest() {
      const body = { reason: this.data.reason }
      return this.move(path => this.data.appeals ? call('POST /merit/claims/{id}/appeal', { path, body }) : call('POST /merit/claims/{id}/object', { path, body }), '交给村务监督委员会看了')
    },
  },
})

function shown(c: MeritClaimView) {
  return {
    claim: c, detail: [`积分${c.number}号`, `${c.happened_on}做的`, c.claimant && c.claimant !== c.person && `${c.claimant}报的`].filter(Boolean).join('，'),
    until: c.state === 'noticed' ? when(c.notice_until) : '', files: c.evidence.map(e => e.upload_id), reviews: c.reviews.map(r => ({ name: r.reviewer, text: `${reviewStates[r.state]}${r.reason ? `：${r.reason}` : ''}` })),
    withdraws: c.mine && c.state === 'reviewing', objects: c.state === 'noticed', appeals: c.mine && (c.state === 'refused' || c.state === 'posted' && c.kind === 'deduct'),
  }
}
