import type { BindInputBody, Choice } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen } from '../../lib/screen'
import { remember } from '../../lib/session'

// Shown until the server's own words are there; the same.
const notice = '为了知道您是本村村民，村里用花名册上的姓名、户号和手机号核对您的微信。身份证号和手机号加密保存，别人看不到完整号码。'

screen({
  data: { notice, version: '', code: '', name: '', choices: [] as Choice[], village: false, done: '' },
  methods: {
    opened(query: Record<string, string>) {
      this.setData({ code: query.code ?? '' })
    },
    async load() {
      const consents = await call('GET /me/consents', {}).catch(() => null) // only for whom the village knows
      const roll = consents?.items.find(consent => consent.purpose === 'roll')
      if (roll) this.setData({ notice: roll.text, version: roll.version })
    },
    byCode() {
      return this.bind({ invite_code: this.data.code.trim() })
    },
    async scan() {
      const { result, path } = await wx.scanCode({ scanType: ['qrCode', 'wxCode'] }).catch(() => ({ result: '', path: '' }))
      const found = /(?:bind_|bind%5F)(\w+)/i.exec(path || '') ?? /(\d{8})/.exec(result)
      if (found) this.setData({ code: found[1]! })
      else if (result || path) this.setData({ problem: '这个码里没有邀请码。公众号的码请用微信“扫一扫”直接扫。' })
    },
    byPhone(event: Event) {
      if (!event.detail.code) {
        this.setData({ problem: '没有得到手机号。可以用邀请码，或请网格员当面确认。' })
        return undefined
      }
      return this.bind({ phone_code: event.detail.code, name: this.data.name.trim() })
    },
    choose(event: Event) {
      const id = event.currentTarget.dataset.id as string
      if (!this.data.village) return this.bind({ invite_code: this.data.code.trim(), person_id: id })
      // A phone code works once: the person taps the phone button again, for this village.
      this.chosen = id
      this.setData({ choices: [], problem: '好的。请再点一次“用手机号绑定”。' })
      return undefined
    },
    chosen: '',
    bind(body: BindInputBody) {
      return this.act(async () => {
        const bound = await call('POST /bindings', { body: this.chosen && body.phone_code ? { ...body, village: this.chosen } : body })
        if (bound.state === 'choose_person' || bound.state === 'choose_village') {
          this.setData({ choices: bound.choices ?? [], village: bound.state === 'choose_village' })
          return
        }
        if (bound.state === 'pending') {
          this.setData({ done: `已经告诉村里，请求编号${bound.number}。村里当面或打电话确认以后就绑好了。` })
          return
        }
        remember(await call('GET /me', {}))
        await this.agree()
        this.setData({ done: `绑好了：${bound.person?.village?.name ?? ''}${bound.person?.name ?? ''}` })
      })
    },
    /** Tapping 同意并绑定 agreed to what stood above it. */
    async agree() {
      if (!this.data.version) await this.load()
      if (this.data.version) await call('POST /me/consents', { body: { purpose: 'roll', given: true, version: this.data.version } })
    },
    home() {
      return wx.reLaunch({ url: '/pages/home/home' })
    },
  },
})
