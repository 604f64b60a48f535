import { call } from '../../lib/call'

const place = 'subscription-refused'
const respite = 180 * 24 * 3600_000 // ms before somebody who refused may be asked again

/** Asks to be allowed to tell by WeChat, where somebody waits for news; WeChat shows its question only on a tap. */
Component({
  options: { addGlobalClass: true },
  data: { templates: [] as string[], done: '' },
  lifetimes: {
    async attached() {
      if (Date.now() - Number(wx.getStorageSync(place) || 0) < respite) return
      try {
        this.setData({ templates: (await call('GET /subscriptions', {})).template_ids ?? [] })
      } catch {
        // without it nothing is asked
      }
    },
  },
  methods: {
    async ask() {
      const tmplIds = this.data.templates.slice(0, 3) // WeChat takes three at a time
      const answers = await wx.requestSubscribeMessage({ tmplIds }).catch(() => ({}) as Record<string, string>)
      const granted = tmplIds.filter(id => (answers as Record<string, unknown>)[id] === 'accept')
      if (granted.length === 0) {
        wx.setStorageSync(place, Date.now())
        this.setData({ done: '好，不发。办到哪一步了，随时在“我的留言”里看。' })
        return
      }
      this.setData({ done: '好，有消息就告诉您。' })
      try {
        await call('POST /subscriptions', { body: { grants: tmplIds.map(id => ({ template_id: id, accepted: granted.includes(id) })) } })
      } catch {
        // WeChat knows; the server learns it from WeChat's own event too
      }
    },
  },
})
