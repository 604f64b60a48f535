import type { Routes, Upload } from '../../types/api'
import { answered, keyOf, randomHex } from './once'
import { signIn, token } from './session'
import { accepted, address, exchange, headerOf, Reply, sendFile } from './transport'

/** Routes that send a file are for fetchFile; the archive of one's own data alone is taken as bytes. */
type Route = { [R in keyof Routes]: Routes[R]['answer'] extends ArrayBuffer ? Extract<R, typeof archive> : R }[keyof Routes]
type Part<R extends Route, P extends string> = P extends keyof Routes[R] ? { [K in P]: Routes[R][K] } : unknown
type Optional<R extends Route, P extends string> = P extends keyof Routes[R] ? { [K in P]?: Routes[R][K] } : unknown
type Given<R extends Route> = Part<R, 'path'> & ('query' extends keyof Routes[R]
  ? (undefined extends Routes[R]['query'] ? Optional<R, 'query'> : Part<R, 'query'>) : unknown) &
  ('body' extends keyof Routes[R] ? (undefined extends Routes[R]['body'] ? Optional<R, 'body'> : Part<R, 'body'>) : unknown)

const archive = 'GET /me/export'

/** What is set one way and back again: an old answer would be wrong, and doing it twice does no harm. */
const settings: Route[] = ['POST /me/speaker', 'POST /me/consents', 'POST /subscriptions', 'POST /merit/honour']

/** Carries a code that works once. */
const singular: Route[] = ['POST /bindings']

/**
 * Asks the server, as the signed-in person: call('GET /cases/{id}', { path: { id } }). Signs in where the
 * session is over, and tries again on a weak network; a write is done once. Throws a Problem.
 */
export async function call<R extends Route>(route: R, given: Given<R>): Promise<Routes[R]['answer']> {
  const [method, template] = route.split(' ') as ['GET' | 'POST' | 'PUT' | 'DELETE', string]
  const { path, query, body } = given as { path?: Record<string, string | number>; query?: Record<string, unknown>; body?: object }
  const of = { method, path: filled(template, path) + queryOf(query), body, binary: route === archive }
  if (method === 'GET') return accepted(await signed(token => exchange({ ...of, token }))) as Routes[R]['answer']
  if (settings.includes(route) || method !== 'POST') {
    const key = await randomHex()
    return accepted(await signed(token => exchange({ ...of, token, key }))) as Routes[R]['answer']
  }
  const write = `${route} ${of.path} ${JSON.stringify(body ?? null)}`
  const key = await keyOf(write)
  const reply = await signed(token => exchange({ ...of, token, key, singular: singular.includes(route) }))
  if (reply.status < 500) answered(write)
  return accepted(reply) as Routes[R]['answer']
}

/** Asks with the token, and once more with a new one if the server doesn't know it. */
async function signed(ask: (token: string) => Promise<Reply>): Promise<Reply> {
  const reply = await ask(await token())
  return reply.status === 401 ? ask((await signIn()).token) : reply
}

/** Sends a file of the phone; its id is what a case or a claim attaches. */
export async function upload(filePath: string): Promise<string> {
  const reply = await signed(token => sendFile('/uploads', filePath, token))
  return (accepted(reply) as Upload).id
}

/** A file of the server on this phone. */
export interface Fetched {
  path: string
  /** image/jpeg, audio/mpeg, application/pdf… */
  type: string
}

/** Brings a file of the server onto the phone. */
export async function fetchFile(path: string): Promise<Fetched> {
  const bring = (token: string) => new Promise<Reply>((done, fail) => {
    wx.downloadFile({
      url: address(path),
      header: { Authorization: `Bearer ${token}` },
      timeout: 60_000,
      success: answer => done({
        status: answer.statusCode,
        body: { path: answer.tempFilePath, type: typeOf(answer), code: 'broken', detail: '这个文件现在看不了' },
      }),
      fail: () => fail({ status: 0, code: 'offline', detail: '网络不好，文件没有下载下来，请再点一次' }),
    })
  })
  return accepted(await signed(bring)) as Fetched
}

const typeOf = (answer: object) => String(headerOf((answer as { header?: Record<string, unknown> }).header ?? {}, 'content-type') ?? '')

const filled = (template: string, path?: Record<string, string | number>) =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path?.[name] ?? '')))

function queryOf(query?: Record<string, unknown>): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '')
  return pairs.length ? '?' + pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&') : ''
}
