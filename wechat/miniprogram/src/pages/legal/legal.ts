import { call } from '../../lib/call'
import { Event, screen } from '../../lib/screen'
import { wordsSent, wordsToSend } from '../../lib/words-draft'

screen({
  data: { today: '', lawyers: '', empty: true, round: 0 },
  methods: {
    async load() {
      const { today, lawyers } = await call('GET /legal/duty', {})
      this.setData({ today, lawyers: lawyers.map(l => l.name).join('、') })
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    send() {
      return this.act(async () => {
        const asked = await call('POST /legal/questions', { body: await wordsToSend('legal') })
        wordsSent('legal')
        this.setData({ round: this.data.round + 1 })
        if (asked.advice) await wx.showModal({ title: '请注意', content: asked.advice, showCancel: false, confirmText: '知道了' })
        await wx.redirectTo({ url: `/pages/case/case?id=${asked.id}&sent=1` })
      })
    },
  },
})
