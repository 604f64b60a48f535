import type { MeritEntry, MeritPoints } from '../../../types/api'
import { call } from '../../lib/call'
import { eldersFor, For } from '../../lib/elders'
import { Event, screen, sure } from '../../lib/screen'
import { day } from '../../lib/words'

const doors = [
  { title: '申报积分', detail: '做了好事就报', url: '/pages/claim/claim' },
  { title: '积分超市', detail: '用积分换东西', url: '/pages/store/store' },
  { title: '申报和公示', detail: '评到哪一步了', url: '/pages/claims/claims' },
  { title: '光荣榜', detail: '排名和事迹', url: '/pages/honours/honours' },
]

screen({
  data: { account: null as MeritPoints | null, entries: [] as Row[], next: null as string | null, elders: [] as For[], behalf: '', doors },
  methods: {
    async load() {
      const query = { on_behalf_of: this.data.behalf || undefined }
      const [account, { items, next }, elders] = await Promise.all([call('GET /merit/account', { query }), call('GET /merit/entries', { query }), eldersFor('merit')])
      this.setData({ account, entries: items.map(rowOf), next, elders })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /merit/entries', { query: { cursor: this.data.next, on_behalf_of: this.data.behalf || undefined } })
      this.setData({ entries: this.data.entries.concat(items.map(rowOf)), next })
    },
    choose(event: Event) {
      this.setData({ behalf: event.currentTarget.dataset.id, account: null, entries: [] })
      return this.again()
    },
    async honour() {
      const show = !this.data.account!.honoured
      if (show && !(await sure('全户一起上榜，本村人都看得到户主的名字和分数。', '愿意上榜'))) return
      await this.act(async () => {
        await call('POST /merit/honour', { body: { show } })
        await this.again()
      })
    },
  },
})

interface Row {
  seq: number
  title: string
  amount: string
  detail: string
}

const rowOf = (e: MeritEntry): Row => ({
  seq: e.seq, title: `${e.title}：${e.text}`, amount: `${e.amount > 0 ? '+' : ''}${e.amount}分`, detail: [day(e.at), e.person, `余${e.balance}分`].filter(Boolean).join('，'),
})
