import type { Login, Me } from '../../types/api'
import { accepted, exchange } from './transport'

const place = 'session'

let signingIn: Promise<Login> | null = null

/** The token of this phone; signs in silently where there is none. */
export async function token(): Promise<string> {
  return kept()?.token ?? (await signIn()).token
}

/** Signs in anew, once for all who wait. */
export function signIn(): Promise<Login> {
  signingIn ??= enter().finally(() => { signingIn = null })
  return signingIn
}

async function enter(): Promise<Login> {
  const { code } = await wx.login()
  const label = wx.getDeviceInfo ? wx.getDeviceInfo().model : ''
  const reply = await exchange({ method: 'POST', path: '/login', body: { code, label } })
  const login = accepted(reply) as Login
  wx.setStorageSync(place, login)
  return login
}

/** Who this phone last was, without asking; null before the first sign-in. */
export function kept(): Login | null {
  return (wx.getStorageSync(place) as Login | '') || null
}

/** Remembers who the server says this phone is. */
export function remember(me: Me): void {
  const login = kept()
  if (login) wx.setStorageSync(place, { ...login, ...me })
}

/** Forgets the token, and all that was kept for the person. */
export function forget(): void {
  for (const key of wx.getStorageInfoSync().keys) {
    if (key !== 'elder') wx.removeStorageSync(key)
  }
}

/** The village that this phone looks at: the person's, or the one they wrote to; '' lets the server say. */
export const villageOf = (): string => kept()?.person?.village?.code ?? kept()?.village ?? ''
