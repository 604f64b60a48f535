import type { Elsewhere, Kind, NewDisputeInputBody, Servant } from '../../../types/api'
import { call } from '../../lib/call'
import { dangerLine, kindHelp } from '../../lib/dispute-words'
import { draftOf, dropDraft, keepDraft } from '../../lib/draft'
import { eldersFor, For } from '../../lib/elders'
import { Event, screen } from '../../lib/screen'
import { wordsSent, wordsToSend } from '../../lib/words-draft'

const place = 'file'

screen({
  data: {
    kinds: [] as Kind[], kindNames: [] as string[], elsewheres: [] as Elsewhere[], mediators: [] as Servant[], elders: [] as For[], rights: '', dangerLine,
    kind: '', about: '', ink: false, other: '', household: '', outside: false, wish: '', elsewhere: '', door: '', mediator: '', privately: false, behalf: '', empty: true, round: 0,
  },
  methods: {
    opened() {
      this.setData({ ...draftOf<object>(place) })
    },
    async load() {
      const [{ kinds, elsewhere, rights }, mediators, elders] = await Promise.all([call('GET /disputes/kinds', {}), call('GET /mediators', {}), eldersFor('cases')])
      this.setData({ kinds, kindNames: kinds.map(k => kindHelp[k.name] ? `${k.name}：${kindHelp[k.name]}` : k.name), elsewheres: elsewhere, rights, mediators: mediators.items, elders })
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    pick(event: Event) {
      const kind = this.data.kinds[Number(event.detail.value)]!
      this.setData({ kind: kind.name, about: kindHelp[kind.name] ?? '', ink: kind.ink })
      this.typedInto()
    },
    /** Chooses data-value in the field data-field, or takes it back. */
    choose(event: Event) {
      const { field, value } = event.currentTarget.dataset as { field: 'elsewhere' | 'mediator' | 'behalf'; value: string }
      this.setData({ [field]: this.data[field] === value ? '' : value })
      this.setData({ door: this.data.elsewheres.find(e => e.code === this.data.elsewhere)?.door ?? '' })
      this.typedInto()
    },
    typedInto() {
      const { kind, about, ink, other, household, outside, wish, elsewhere, mediator, privately } = this.data
      keepDraft(place, { kind, about, ink, other, household, outside, wish, elsewhere, mediator, privately })
    },
    police() {
      void wx.makePhoneCall({ phoneNumber: '110' })
    },
    send() {
      return this.act(async () => {
        const d = this.data
        const { text, upload_ids } = await wordsToSend('dispute')
        const body: NewDisputeInputBody = {
          kind: d.kind, other_party: d.other.trim(), other_household_no: d.household.trim() || undefined, other_outside: d.outside, facts: text, wish: d.wish.trim(), upload_ids,
          elsewhere: d.elsewhere || undefined, mediator: d.mediator || undefined, private_matter: d.privately || undefined, on_behalf_of: d.behalf || undefined,
        }
        const filed = await call('POST /disputes', { body })
        wordsSent('dispute')
        dropDraft(place)
        this.setData({ round: d.round + 1 })
        await tell([filed.advice ?? '', ...filed.hints])
        await wx.redirectTo({ url: `/pages/dispute/dispute?id=${filed.id}&sent=1` })
      })
    },
  },
})

/** Emergency numbers, and terms that must not be missed. */
async function tell(lines: string[]): Promise<void> {
  const content = lines.filter(Boolean).join('\n')
  if (content) await wx.showModal({ title: '请注意', content, showCancel: false, confirmText: '知道了' })
}
