import type { NewCaseInputBody, State } from '../../../types/api'
import { call } from '../../lib/call'
import { eldersFor, For } from '../../lib/elders'
import { Event, screen, sure } from '../../lib/screen'
import { problemOf } from '../../lib/transport'
import { wordsSent, wordsToSend } from '../../lib/words-draft'

screen({
  data: { elders: [] as For[], behalf: '', confidential: false, empty: true, round: 0 },
  methods: {
    async load() {
      this.setData({ elders: await eldersFor('cases') })
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    choose(event: Event) {
      this.setData({ behalf: event.currentTarget.dataset.id })
    },
    async send() {
      await this.act(async () => {
        const body: NewCaseInputBody = await wordsToSend('ask')
        if (this.data.confidential) body.confidential = true
        if (this.data.behalf) body.on_behalf_of = this.data.behalf
        const filed = await file(body)
        wordsSent('ask')
        this.setData({ round: this.data.round + 1 })
        await warn(filed)
        await wx.redirectTo({ url: `/pages/case/case?id=${filed.id}&sent=1` })
      })
    },
  },
})

/** Where the words are about somebody who serves the village, the person says first who may see them. */
async function file(body: NewCaseInputBody): Promise<State> {
  try {
    return await call('POST /cases', { body })
  } catch (cause) {
    if (problemOf(cause).code !== 'unclear') throw cause
    const { tapIndex } = await wx.showActionSheet({ alertText: problemOf(cause).detail, itemList: ['只给镇里看', '交给村里办'] })
      .catch(() => { throw { status: 409, code: 'unclear', detail: '还没有发给任何人。请再点一次发送，选给谁看。' } })
    return call('POST /cases', { body: { ...body, confidential: tapIndex === 0 } })
  }
}

/** Emergency numbers, and whether there really is danger. */
async function warn(filed: State): Promise<void> {
  if (filed.ask === 'danger') {
    const real = await sure(filed.advice ?? '是真的有危险吗？', '有危险')
    await call('POST /cases/{id}/danger', { path: { id: filed.id }, body: { real } }).catch(() => undefined) // silence counts as yes
  } else if (filed.advice) {
    await wx.showModal({ title: '请注意', content: filed.advice, showCancel: false, confirmText: '知道了' })
  }
}
