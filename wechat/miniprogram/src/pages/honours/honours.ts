import type { MeritRanked, MeritStory } from '../../../types/api'
import { call } from '../../lib/call'
import { Event, screen, sure } from '../../lib/screen'

screen({
  data: { periods: periods(), period: '', ranked: [] as MeritRanked[], stories: [] as MeritStory[], next: null as string | null, mine: [] as MeritStory[] },
  methods: {
    async load() {
      const period = this.data.period || undefined
      const [ranking, stories, mine] = await Promise.all([call('GET /merit/ranking', { query: { period } }), call('GET /merit/stories', {}), call('GET /merit/stories/mine', {})])
      this.setData({ ranked: ranking.items, stories: stories.items, next: stories.next, mine: mine.items })
    },
    async more() {
      if (!this.data.next) return
      const { items, next } = await call('GET /merit/stories', { query: { cursor: this.data.next } })
      this.setData({ stories: this.data.stories.concat(items), next })
    },
    choose(event: Event) {
      this.setData({ period: event.currentTarget.dataset.period })
      return this.again()
    },
    async agree(event: Event) {
      const { id, edition } = event.currentTarget.dataset as { id: string; edition: number }
      if (!(await sure('同意以后，全村人都看得到这一篇。随时可以撤下。', '同意公开'))) return
      await this.act(async () => {
        await call('POST /merit/stories/{id}/consent', { path: { id }, body: { edition: Number(edition) } })
        await this.again()
      })
    },
    async withdraw(event: Event) {
      if (!(await sure('撤下以后，大家看不到这一篇。', '撤下'))) return
      await this.act(async () => {
        await call('POST /merit/stories/{id}/withdraw', { path: { id: event.currentTarget.dataset.id } })
        await this.again()
      })
    },
  },
})

/** This month, this quarter and this year, by China's clock. */
function periods() {
  const now = new Date(Date.now() + 8 * 3600_000)
  const year = now.getUTCFullYear()
  return [{ period: '', title: '这个月' }, { period: `${year}-Q${Math.floor(now.getUTCMonth() / 3) + 1}`, title: '这个季度' }, { period: String(year), title: '今年' }]
}
