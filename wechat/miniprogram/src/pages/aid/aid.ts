import type { Aid } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen } from '../../lib/screen'

screen({
  data: { matters: [] as string[], persons: [] as string[], matter: '', person: '', aid: null as Aid | null },
  methods: {
    async load() {
      const { matters, persons } = await call('GET /legal/aid', {})
      this.setData({ matters, persons })
    },
    async choose(event: Event) {
      const { field, value } = event.currentTarget.dataset
      this.setData({ [field]: value, aid: null })
      if (this.data.matter && this.data.person) await this.find()
    },
    find() {
      const { matter, person } = this.data
      return this.act(async () => this.setData({ aid: await call('GET /legal/aid/triage', { query: { matter, person } }) }))
    },
    phone() {
      void wx.makePhoneCall({ phoneNumber: '12348' })
    },
  },
})
