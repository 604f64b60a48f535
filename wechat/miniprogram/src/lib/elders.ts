import { call } from './call'
import { kept } from './session'

/** For whom something is done; without an id: for oneself. */
export interface For {
  id: string
  name: string
}

/** Those who agreed that this person does such things for them, oneself first; empty: there is nothing to choose. */
export async function eldersFor(scope: 'cases' | 'merit'): Promise<For[]> {
  if (!kept()?.person) return [] // whoever isn't bound acts for themselves
  const { items } = await call('GET /helpers', {})
  const elders = items.filter(h => !h.mine && h.state === 'agreed' && h.scope.includes(scope)).map(h => ({ id: h.elder_id, name: `替${h.elder}办` }))
  return elders.length ? [{ id: '', name: '我自己的' }, ...elders] : []
}
