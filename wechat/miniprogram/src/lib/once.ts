/** Idempotency keys: a write whose outcome nobody knows keeps its key, so that trying again does it once. */
const place = 'unanswered'
const life = 6 * 3600_000 // ms: after that the same words are rather another thing; the server keeps an answer for a day
const most = 30

interface Unanswered {
  sum: string
  key: string
  at: number
}

const all = () => ((wx.getStorageSync(place) as Unanswered[] | '') || []).filter(w => Date.now() - w.at < life)

/** The key of this write: the same as last time if that was never answered. */
export async function keyOf(write: string): Promise<string> {
  const sum = digest(write)
  const known = all().find(w => w.sum === sum)
  if (known) return known.key
  const key = await randomHex()
  wx.setStorageSync(place, [...all(), { sum, key, at: Date.now() }].slice(-most))
  return key
}

/** The write was answered: the same words are another thing from now on. */
export function answered(write: string): void {
  const sum = digest(write)
  wx.setStorageSync(place, all().filter(w => w.sum !== sum))
}

/** 128 random bits of the phone's own source, as 32 hex digits. */
export async function randomHex(): Promise<string> {
  const { randomValues } = await wx.getRandomValues({ length: 16 })
  return Array.from(new Uint8Array(randomValues), b => b.toString(16).padStart(2, '0')).join('')
}

/** Two FNV-1a sums: tells two of a person's writes apart without keeping their words. */
function digest(text: string): string {
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = Math.imul(b ^ text.charCodeAt(text.length - 1 - i), 0x85ebca6b)
  }
  return `${text.length}.${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`
}
