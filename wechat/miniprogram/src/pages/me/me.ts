import type { Me, Person } from '../../../types/api'
import { call } from '../../lib/call'
import { setElder } from '../../lib/elder'
import { Event, screen, toast } from '../../lib/screen'
import { remember } from '../../lib/session'
import { roleNames } from '../../lib/words'

const doors = [
  { title: '绑定', detail: '邀请码、手机号', url: '/pages/bind/bind' },
  { title: '代办', detail: '替老人办，请人替我办', url: '/pages/helpers/helpers' },
  { title: '我的资料', detail: '导出、更正、删除', url: '/pages/mydata/mydata' },
]

screen({
  data: { me: null as Me | null, place: '', roles: '', others: [] as Person[], doors },
  methods: {
    async load() {
      this.show(await call('GET /me', {}))
    },
    show(me: Me) {
      remember(me)
      const p = me.person
      this.setData({
        me, others: me.persons.filter(other => other.id !== p?.id),
        place: p ? [p.village?.name, p.group, p.household_no && `${p.household_no}户`, p.residence && p.residence !== '本村' && `住在${p.residence}`].filter(Boolean).join('，') : '',
        roles: p ? p.roles.map(role => roleNames[role] ?? role).join('、') : '',
      })
    },
    bigger() {
      setElder(!this.data.elder)
      this.setData({ elder: !this.data.elder })
    },
    speak(event: Event) {
      return this.act(async () => {
        const me = await call('POST /me/speaker', { body: { person_id: event.currentTarget.dataset.id } })
        wx.removeStorageSync('todo') // it was another's
        this.show(me)
        toast(`现在是${me.person?.name}在说话`)
      })
    },
  },
})
