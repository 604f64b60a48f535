/** What somebody has begun to write stays on the phone until it is sent. */
const life = 30 * 24 * 3600_000

interface Kept<T> {
  at: number
  what: T
}

export function draftOf<T>(name: string): T | null {
  const kept = wx.getStorageSync(`draft:${name}`) as Kept<T> | ''
  return kept && Date.now() - kept.at < life ? kept.what : null
}

export function keepDraft<T>(name: string, what: T): void {
  wx.setStorageSync(`draft:${name}`, { at: Date.now(), what } as Kept<T>)
}

export function dropDraft(name: string): void {
  wx.removeStorageSync(`draft:${name}`)
}
