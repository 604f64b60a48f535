import type { Me } from '../../types/api'
import { call } from './call'
import { toSign } from './dispute-words'
import { problemOf } from './transport'
import { day } from './words'

/** One thing that waits for this person's word. */
export interface Todo {
  title: string
  detail: string
  url: string
}

type Source = (me: Me) => Promise<Todo[]>

/** Where things may wait; a capability adds its line. */
const sources: Source[] = [polls, disputes, due, reviews, answers, stories, helpers, consents]

/** All that waits for this person. What they may not see is left out; without a network it fails. */
export async function todoOf(me: Me): Promise<Todo[]> {
  const found = await Promise.all(sources.map(source => source(me).catch(cause => {
    const problem = problemOf(cause)
    if (problem.code === 'offline') throw problem
    return [] as Todo[]
  })))
  return found.reduce((all, some) => all.concat(some), [])
}

async function polls(): Promise<Todo[]> {
  const { items } = await call('GET /polls', { query: { todo: true, limit: 20 } })
  return items.map(p => ({ title: `请投票：${p.title}`, detail: `${day(p.closes_at)}截止`, url: `/pages/poll/poll?id=${p.id}` }))
}

async function answers(): Promise<Todo[]> {
  const { items } = await call('GET /cases', { query: { as: 'asker', state: 'replied', limit: 20 } })
  return items.map(c => ({ title: `#${c.number} 有答复了，解决了吗？`, detail: c.text, url: `/pages/case/case?id=${c.id}` }))
}

async function helpers(): Promise<Todo[]> {
  const { items } = await call('GET /helpers', {})
  return items.filter(h => h.mine && h.state === 'open')
    .map(h => ({ title: `${h.helper}想替您代办`, detail: '同意不同意，您说了算', url: '/pages/helpers/helpers' }))
}

async function consents(): Promise<Todo[]> {
  const { items } = await call('GET /me/consents', {})
  return items.filter(c => c.given && c.outdated && c.needed)
    .map(c => ({ title: `“${c.title}”的说明改了`, detail: '请看看新的说明，再选同意不同意', url: '/pages/mydata/mydata' }))
}

/** Parties are asked for their consent and for their signatures, mediators to take a dispute. Only parties' are read whole: others' reading is noted down. */
async function disputes(me: Me): Promise<Todo[]> {
  const { items } = await call('GET /disputes', { query: { limit: 20 } })
  const lines = items.filter(d => d.state === 'accepting' && d.part === 'mediator').map(d => ({ title: `#${d.number} 有纠纷等您接手`, detail: d.kind, url: `/pages/dispute/dispute?id=${d.id}` }))
  const mine = items.filter(d => (d.part === 'applicant' || d.part === 'respondent') && d.state !== 'closed' && d.state !== 'agreed').slice(0, 5)
  const asked = await Promise.all(mine.map(async ({ id, number, kind }) => {
    const v = await call('GET /disputes/{id}', { path: { id } })
    const url = `/pages/dispute/dispute?id=${id}`
    if (v.asking === 'consent') return { title: `#${number} 请您参加调解，愿意吗？`, detail: kind, url }
    if (v.asking === 'lawyer') return { title: `#${number} 要不要请律师帮忙？`, detail: kind, url }
    return toSign(v, me.person?.name ?? '') ? { title: `#${number} 协议等您签名`, detail: '看完全文再签', url } : null
  }))
  return [...lines, ...asked.filter(todo => todo !== null)]
}

async function due(me: Me): Promise<Todo[]> {
  if (!me.person || me.person.roles.every(role => role === 'villager')) return []
  const { items, next } = await call('GET /cases', { query: { as: 'handler', state: 'submitted', limit: 20 } })
  const fresh = items.filter(c => c.kind !== 'dispute')
  return fresh.length ? [{ title: `${fresh.length}${next ? '件以上' : '件'}留言等您回话`, detail: fresh[0]!.text || '（录音或照片）', url: '/pages/due/due' }] : []
}

async function reviews(me: Me): Promise<Todo[]> {
  if (!me.person?.roles.includes('point_reviewer')) return []
  const { items } = await call('GET /merit/reviews', { query: { limit: 20 } })
  return items.map(c => ({ title: `请评议：${c.person}，${c.title}`, detail: `${c.points}分`, url: `/pages/onclaim/onclaim?id=${c.id}` }))
}

async function stories(): Promise<Todo[]> {
  const { items } = await call('GET /merit/stories/mine', { query: { limit: 20 } })
  return items.filter(s => !s.consented_at).slice(0, 1).map(s => ({ title: `写您的事迹：${s.title}`, detail: '您同意才公开', url: '/pages/honours/honours' }))
}
