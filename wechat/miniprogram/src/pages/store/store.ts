import type { MeritGoods, MeritRedemption } from '../../../types/api'
import { call } from '../../lib/call'
import { eldersFor, For } from '../../lib/elders'
import { Event, screen, sure, toast } from '../../lib/screen'
import { showFile } from '../../lib/show-file'
import { day, when } from '../../lib/words'

screen({
  data: { balance: 0, goods: [] as Row[], next: null as string | null, waiting: [] as Held[], past: [] as Held[], elders: [] as For[], behalf: '' },
  methods: {
    async load() {
      const query = { on_behalf_of: this.data.behalf || undefined }
      const [{ balance }, goods, redemptions, elders] = await Promise.all([
        call('GET /merit/account', { query }), call('GET /merit/goods', {}), call('GET /merit/redemptions', { query }), eldersFor('merit')])
      const held = redemptions.items.map(heldOf)
      this.setData({ balance, goods: goods.items.filter(g => g.active).map(g => rowOf(g, balance)), next: goods.next, waiting: held.filter(r => r.waits), past: held.filter(r => !r.waits), elders })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /merit/goods', { query: { cursor: this.data.next } })
      this.setData({ goods: this.data.goods.concat(items.filter(g => g.active).map(g => rowOf(g, this.data.balance))), next })
    },
    choose(event: Event) {
      this.setData({ behalf: event.currentTarget.dataset.id })
      return this.again()
    },
    show(event: Event) {
      return this.act(() => showFile(`/uploads/${event.currentTarget.dataset.file}`))
    },
    async redeem(event: Event) {
      const goods = this.data.goods.find(g => g.id === event.currentTarget.dataset.id)!
      if (!(await sure(`换${goods.name}，先扣${goods.price}分，3天内到积分超市取。`, '换'))) return
      await this.act(async () => {
        await call('POST /merit/redemptions', { body: { goods_id: goods.id, quantity: 1, on_behalf_of: this.data.behalf || undefined } })
        await this.again()
        toast('换好了，拿兑换码去取')
      })
    },
    move(event: Event) {
      const { id, move } = event.currentTarget.dataset as { id: string; move: 'cancel' | 'confirm' }
      return this.act(async () => {
        if (move === 'cancel' && !(await sure('取消以后，积分退回您家。', '取消兑换'))) return
        await call(`POST /merit/redemptions/{id}/${move}`, { path: { id }, query: { on_behalf_of: this.data.behalf || undefined } })
        await this.again()
      })
    },
  },
})

interface Row {
  id: string
  name: string
  price: number
  stock: string
  file: string
  able: boolean
}

interface Held {
  id: string
  title: string
  code: string
  detail: string
  waits: boolean
  handed: boolean
}

const rowOf = (g: MeritGoods, balance: number): Row => ({
  id: g.id, name: g.name, price: g.price, stock: g.stock ? `还有${g.stock}件` : '没有货了', file: g.upload_id ?? '', able: g.stock > 0 && g.price <= balance,
})

const heldOf = (r: MeritRedemption): Held => ({
  id: r.id, title: `${r.goods}×${r.quantity}，${r.points}分`, code: (r.code ?? '').replace(/^(\d{4})/, '$1 '), waits: r.state === 'reserved', handed: r.keeper_at !== null && r.villager_at === null,
  detail: r.state === 'reserved' ? `${r.person}换的，${when(r.expires_at)}前来取` : `${day(r.created_at)}${r.person}换的，${r.state_text}`,
})
