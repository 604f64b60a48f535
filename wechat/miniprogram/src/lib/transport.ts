import { server } from '../settings'

/** One HTTP exchange under /api/v1, before anybody looked at its status. */
export interface Exchange {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: object
  token?: string
  key?: string
  /** The answer is a file's bytes. */
  binary?: boolean
  /** Carries what works once: it isn't sent again by itself. */
  singular?: boolean
}

export interface Reply {
  status: number
  body: unknown
}

/** What may go wrong, in words for the person. Code is the server's, or "offline". */
export interface Problem {
  status: number
  code: string
  detail: string
}

const patience = 12_000 // ms, longer than the server's own 10 s
const patienceForFiles = 120_000
const pauses = [800, 2500] // ms between tries
const longestPause = 10_000

const offline: Problem = { status: 0, code: 'offline', detail: '网络不好，没有连上。您写的都还在，请稍后再点一次。' }

/** Sends once more where the network or a busy server was at fault; whoever calls sees to it that this does no harm. */
export async function exchange(of: Exchange): Promise<Reply> {
  for (let tries = 0; ; tries++) {
    const pause = of.singular ? undefined : pauses[tries]
    try {
      const [reply, wait] = await once(of)
      if (pause === undefined || !isBusy(reply.status) || wait > longestPause) return reply
      await sleep(Math.max(wait, pause))
    } catch (cause) {
      if (pause === undefined) throw cause
      await sleep(pause)
    }
  }
}

const isBusy = (status: number) => status === 429 || status === 502 || status === 503 || status === 504

export const sleep = (ms: number) => new Promise<void>(done => setTimeout(done, ms))

function once(of: Exchange): Promise<[Reply, number]> {
  const header: Record<string, string> = { 'content-type': 'application/json' }
  if (of.token) header['Authorization'] = `Bearer ${of.token}`
  if (of.key) header['Idempotency-Key'] = of.key
  return new Promise((done, fail) => {
    wx.request({
      url: address(of.path),
      method: of.method,
      header,
      data: of.body === undefined ? undefined : JSON.stringify(of.body),
      dataType: of.binary ? '其他' : 'json',
      responseType: of.binary ? 'arraybuffer' : 'text',
      timeout: of.binary ? patienceForFiles : patience,
      success: answer => done([{ status: answer.statusCode, body: of.binary && answer.statusCode >= 400 ? parsed(decoded(answer.data as ArrayBuffer)) : answer.data }, 1000 * (Number(headerOf(answer.header, 'retry-after')) || 0)]),
      fail: () => fail(offline),
    })
  })
}

/** Sends a file of the phone. A second copy of a file that nobody attaches is thrown away by the server. */
export function sendFile(path: string, filePath: string, token: string): Promise<Reply> {
  return new Promise((done, fail) => {
    wx.uploadFile({
      url: address(path),
      filePath,
      name: 'file',
      header: { Authorization: `Bearer ${token}` },
      timeout: patienceForFiles,
      success: answer => done({ status: answer.statusCode, body: parsed(answer.data) }),
      fail: () => fail(offline),
    })
  })
}

export const address = (path: string) => `${server}/api/v1${path}`

export function headerOf(headers: Record<string, unknown>, name: string): unknown {
  const found = Object.keys(headers || {}).find(key => key.toLowerCase() === name)
  return found && headers[found]
}

/** UTF-8 as text: phones have no TextDecoder. */
const decoded = (bytes: ArrayBuffer) => decodeURIComponent(Array.from(new Uint8Array(bytes), b => '%' + b.toString(16).padStart(2, '0')).join(''))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The reply's body, or its problem thrown. */
export function accepted(reply: Reply): unknown {
  if (reply.status >= 200 && reply.status < 300) return reply.body
  const body = (reply.body ?? {}) as Partial<Problem>
  throw { status: reply.status, code: body.code ?? 'broken', detail: body.detail ?? '出了点问题，请稍后再试' } as Problem
}

/** The problem behind whatever was thrown. */
export function problemOf(cause: unknown): Problem {
  const known = cause as Partial<Problem> | undefined
  if (known && typeof known.detail === 'string' && typeof known.code === 'string') return known as Problem
  console.error(cause)
  return { status: 0, code: 'broken', detail: '出了点问题，请退出小程序再打开试试' }
}
