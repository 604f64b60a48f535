import type { MeritDeed, MeritMember } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen } from '../../lib/screen'
import { wordsSent, wordsToSend } from '../../lib/words-draft'

const proofs: Record<MeritDeed['evidence'], string> = { none: '', words: '说说做了什么，打字、说话、拍照都行', picture: '要有照片' }

screen({
  data: { deeds: [] as Row[], members: [] as MeritMember[], deed: 0, proof: '', person: '', date: '', needs: false, empty: true, round: 0 },
  methods: {
    async load() {
      const [book, account] = await Promise.all([call('GET /merit/book', {}), call('GET /merit/account', {})])
      this.setData({ deeds: book.deeds.filter(d => d.points > 0).map(rowOf), members: account.members })
    },
    heard(event: Event) {
      this.setData({ empty: event.detail.empty })
    },
    choose(event: Event) {
      const deed = this.data.deeds.find(d => d.number === Number(event.currentTarget.dataset.deed))!
      this.setData({ deed: deed.number, proof: deed.proof, needs: deed.proof !== '' })
    },
    whose(event: Event) {
      const { person } = event.currentTarget.dataset
      this.setData({ person: person === this.data.person ? '' : person })
    },
    send() {
      return this.act(async () => {
        const { deed, person, date } = this.data
        const claim = await call('POST /merit/claims', { body: { deed, for_person: person || undefined, happened_on: date || undefined, ...await wordsToSend('claim') } })
        wordsSent('claim')
        this.setData({ round: this.data.round + 1 })
        await wx.redirectTo({ url: `/pages/onclaim/onclaim?id=${claim.id}&sent=1` })
      })
    },
  },
})

interface Row {
  number: number
  title: string
  proof: string
}

const rowOf = (d: MeritDeed): Row => ({ number: d.number, title: `${d.name}，${d.points}分`, proof: d.who === 'praise' ? '这一项要由别的乡亲来夸：请他在公众号里回“积分 夸”加做好事的人的姓名' : proofs[d.evidence] })
