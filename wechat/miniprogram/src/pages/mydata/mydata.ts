import type { Consent, Correction, Erasure, Held, Session } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, sure, toast } from '../../lib/screen'
import { forget } from '../../lib/session'
import { when } from '../../lib/words'

const fields = ['name', 'phone', 'id_number', 'residence', 'political', 'relation', 'group']
const fieldNames = ['姓名', '手机号', '身份证号', '现居地', '政治面貌', '与户主关系', '村民小组']

screen({
  data: {
    consents: [] as Row[], corrections: [] as Asked[], fieldNames, field: 0, value: '', evidence: '', sessions: [] as Place[],
    erasure: '', confirmBy: '', now: [] as string[], held: [] as Held[],
  },
  methods: {
    async load() {
      const [consents, corrections, sessions, erasure] = await Promise.all([
        call('GET /me/consents', {}), call('GET /me/corrections', {}), call('GET /sessions', {}), call('GET /me/erasure', {})])
      this.setData({ consents: consents.items.map(rowOf), corrections: corrections.items.map(askedOf), sessions: sessions.items.map(placeOf) })
      this.show(erasure)
    },
    show(e: Erasure) {
      this.setData({ erasure: e.state, confirmBy: when(e.confirm_by), now: e.now, held: e.held })
    },
    async consent(event: Event) {
      const one = this.data.consents.find(row => row.purpose === event.currentTarget.dataset.purpose)!
      if (one.given && one.needed && !(await sure('收回以后，这件事就办不了了。', '收回'))) return
      await this.act(async () => {
        await call('POST /me/consents', { body: { purpose: one.purpose, version: one.version, given: !one.given } })
        await this.again()
      })
    },
    correct() {
      return this.act(async () => {
        const body = { field: fields[Number(this.data.field)]!, value: this.data.value.trim(), evidence: this.data.evidence.trim() }
        await call('POST /me/corrections', { body })
        this.setData({ value: '', evidence: '' })
        toast('已经请村里核对')
        await this.again()
      })
    },
    leave(event: Event) {
      return this.act(async () => {
        await call('DELETE /sessions/{id}', { path: { id: event.currentTarget.dataset.id } })
        await this.again()
      })
    },
    async leaveAll() {
      if (!(await sure('所有手机和网页都要重新登录。这部手机上的草稿和票据号也会删掉。', '全部退出'))) return
      await this.act(async () => {
        await call('DELETE /sessions', {})
        forget()
        await wx.reLaunch({ url: '/pages/home/home' })
      })
    },
    /** The archive goes to the person's own chat: nothing else on a phone keeps a zip. */
    take() {
      return this.act(async () => {
        const data = await call('GET /me/export', {})
        const filePath = `${wx.env.USER_DATA_PATH}/我的资料.zip`
        await new Promise<void>((done, fail) => wx.getFileSystemManager().writeFile({
          filePath, data, success: () => done(), fail: () => fail({ status: 0, code: 'full', detail: '手机空间不够，没有存下来。请清理以后再试' }),
        }))
        await wx.shareFileMessage({ filePath, fileName: '我的资料.zip' }).catch((cause: { errMsg?: string }) => {
          if (!/cancel/.test(cause.errMsg ?? '')) throw { status: 0, code: 'unsent', detail: '没有发出去，请再点一次“导出”' }
        })
      })
    },
    async erase() {
      if (await sure('要求删除您的资料？之后还要再确认一次。', '要求删除')) await this.act(async () => this.show(await call('POST /me/erasure', {})))
    },
    async confirmErasure() {
      if (!(await sure('真的删除吗？删了就没有了。', '删除'))) return
      await this.act(async () => {
        await call('POST /me/erasure/confirm', {})
        forget()
        await wx.reLaunch({ url: '/pages/home/home' })
      })
    },
    keep() {
      return this.act(async () => {
        await call('POST /me/erasure/withdraw', {})
        await this.again()
      })
    },
  },
})

interface Row {
  purpose: string
  title: string
  text: string
  version: string
  given: boolean
  needed: boolean
  state: string
}

interface Asked {
  id: string
  title: string
  state: string
  url: string
}

interface Place {
  id: string
  title: string
  detail: string
  current: boolean
}

const rowOf = (c: Consent): Row => ({
  purpose: c.purpose, title: c.title, text: c.text, version: c.version, given: c.given && !c.outdated, needed: c.needed,
  state: c.outdated ? '说明改了，请再看看' : c.given ? '同意了' : '没有同意',
})

const correctionStates: Record<Correction['state'], string> = { open: '正在核对', confirmed: '改好了', refused: '没有改', lapsed: '过期了' }

const askedOf = (c: Correction): Asked => ({ id: c.id, title: c.title, state: correctionStates[c.state], url: `/pages/case/case?id=${c.case_id}` })

const placeOf = (s: Session): Place => ({
  id: s.id, title: `${s.door === 'mini' ? '小程序' : '网页'}${s.label ? `，${s.label}` : ''}${s.current ? '（就是这里）' : ''}`, detail: `${when(s.seen_at)}用过`, current: s.current,
})
