import { call } from '../../lib/call'
import { screen } from '../../lib/screen'
import { kept, remember } from '../../lib/session'
import { Todo, todoOf } from '../../lib/todo'

/** The doors to everything else; a capability adds its line. */
const doors = [
  { title: '村务公开', detail: '钱怎么花的', url: '/pages/disclosures/disclosures' },
  { title: '投票', detail: '大家的事大家定', url: '/pages/polls/polls' },
  { title: '调解', detail: '请人来说和，问律师', url: '/pages/disputes/disputes' },
  { title: '积分', detail: '好人好事，换东西', url: '/pages/merit/merit' },
  { title: '我的留言', detail: '办到哪一步了', url: '/pages/cases/cases' },
  { title: '通知', detail: '发给我的', url: '/pages/notices/notices' },
  { title: '我的', detail: '绑定、大字、资料', url: '/pages/me/me' },
]

/** For whoever serves the village. */
const dueDoor = { title: '等我办的', detail: '留言、纠纷、评议、柜台', url: '/pages/due/due' }

screen({
  data: { known: false, name: '', village: '', todo: [] as Todo[], doors },
  methods: {
    /** A QR code of the mini-program may carry an invitation: scene=bind_12345678. */
    opened(query: Record<string, string>) {
      const scene = /^bind_(\w+)$/.exec(query.scene ?? '')
      if (scene) void wx.navigateTo({ url: `/pages/bind/bind?code=${scene[1]}` })
      this.greet()
      this.setData({ todo: (wx.getStorageSync('todo') as Todo[] | '') || [] })
    },
    async load() {
      const me = await call('GET /me', {})
      remember(me)
      this.greet()
      const todo = me.person ? await todoOf(me) : []
      wx.setStorageSync('todo', todo) // shown at once the next time
      this.setData({ todo })
    },
    /** What is known of the person without asking. */
    greet() {
      const me = kept()
      this.setData({ known: me !== null, name: me?.person?.name ?? '', village: me?.person?.village?.name ?? '', doors: serves(me?.person?.roles ?? []) ? [dueDoor, ...doors] : doors })
    },
  },
})

const serves = (roles: string[]) => roles.some(role => role !== 'villager')
