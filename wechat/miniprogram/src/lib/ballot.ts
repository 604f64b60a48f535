import type { PollView } from '../../types/api'
import { call } from './call'
import { randomHex } from './once'
import { problemOf } from './transport'

/**
 * A ballot of this phone. The receipt is drawn here at random and stands for no person; who holds it can find
 * the ballot in the list after the close. The choices are kept only until the ballot was taken.
 */
export interface Kept {
  receipt: string
  cast: boolean
  choices?: number[]
  /** Of a try whose outcome nobody knows, before the person chose otherwise. */
  earlier?: string
}

const place = (poll: string) => `ballot:${poll}`

export const ballotOf = (poll: string): Kept | null => (wx.getStorageSync(place(poll)) as Kept | '') || null

export function dropBallot(poll: string): void {
  wx.removeStorageSync(place(poll))
}

const keep = (poll: string, kept: Kept) => wx.setStorageSync(place(poll), kept)

/** Casts a ballot. Returns false where an earlier try had been taken already, with what was chosen then. */
export async function cast(poll: PollView, choices: number[]): Promise<boolean> {
  const before = ballotOf(poll.id)
  const same = before && !before.cast && String(before.choices) === String(choices)
  const mine: Kept = same ? before : { receipt: await randomHex(), cast: false, choices, earlier: before && !before.cast ? before.receipt : undefined }
  keep(poll.id, mine) // before it is sent: the same receipt again is the same ballot
  try {
    const body = { choices, receipt: mine.receipt, ...(poll.by_household && { for_household: true }) }
    await call('POST /polls/{id}/ballots', { path: { id: poll.id }, body })
  } catch (cause) {
    if (problemOf(cause).code !== 'conflict' || !mine.earlier) throw cause
    keep(poll.id, { receipt: mine.earlier, cast: true })
    return false
  }
  keep(poll.id, { receipt: mine.receipt, cast: true })
  return true
}

export interface Checked {
  /** All ballots of the list. */
  ballots: number
  /** How often each option was chosen. */
  votes: number[]
  /** What the receipt's ballot chose; null: it isn't in the list. */
  mine: number[] | null
}

/** Reads the whole list of ballots, counts it anew and looks for the receipt. */
export async function check(poll: string, options: number, receipt: string): Promise<Checked> {
  const found: Checked = { ballots: 0, votes: new Array<number>(options).fill(0), mine: null }
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: Array<{ receipt: string; choices: number[] }>; next: string | null } =
      await call('GET /polls/{id}/ballots', { path: { id: poll }, query: { limit: 100, cursor: cursor || undefined } })
    for (const ballot of page.items) {
      found.ballots++
      for (const n of ballot.choices) found.votes[n - 1]!++
      if (ballot.receipt === receipt) found.mine = ballot.choices
    }
    cursor = page.next
  }
  return found
}
