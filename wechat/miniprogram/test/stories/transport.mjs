import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loaded } from '../browser.mjs'
import { Phone } from '../phone.mjs'

const lib = name => loaded(fileURLToPath(new URL(`../../dist/lib/${name}.js`, import.meta.url)))

/** A phone whose next answers are these instead of the server's, and what it asked. */
function answering(village, ...replies) {
  const phone = new Phone(village, 'wangxiaocao').use()
  phone.storage.set('session', { token: 'old', person: null, persons: [], village: '' })
  const asked = []
  phone.wx.request = o => {
    asked.push(o)
    const reply = o.url.endsWith('/login') ? { status: 200, data: { token: 'new' } } : replies.shift()
    setTimeout(() => (reply.status ? o.success({ statusCode: reply.status, header: reply.header ?? {}, data: reply.data ?? {} }) : o.fail({ errMsg: 'request:fail' })))
  }
  return asked
}

const lost = {}
const refused = (status, code, header) => ({ status, header, data: { code, detail: '说明' } })

export function tell(world) {
  for (const [name, replies, route, sent, code] of [
    ['a read is asked for again while the network is weak', [lost, lost, { status: 200 }], 'GET /me', 3],
    ['and given up in the end', [lost, lost, lost], 'GET /me', 3, 'offline'],
    ['a busy server is asked again', [refused(503, 'away', { 'Retry-After': '1' }), { status: 200 }], 'GET /me', 2],
    ['but not where it wants a long pause', [refused(429, 'too_many', { 'Retry-After': '60' })], 'GET /me', 1, 'too_many'],
    ['a refusal is final', [refused(403, 'forbidden')], 'GET /me', 1, 'forbidden'],
    ['a code that works once is sent once', [lost], 'POST /bindings', 1, 'offline'],
    ['a session that is over is renewed once', [refused(401, 'signed_out'), { status: 200 }], 'POST /bindings', 3],
    ['and no more', [refused(401, 'signed_out'), refused(401, 'signed_out')], 'GET /me', 3, 'signed_out'],
  ]) {
    test(name, async () => {
      const asked = answering(world.village, ...replies)
      const asking = lib('call').call(route, { body: route.startsWith('POST') ? { invite_code: '1' } : undefined })
      if (code) await assert.rejects(asking, problem => problem.code === code && problem.detail !== '')
      else await asking
      assert.equal(asked.length, sent)
    })
  }

  test('a write keeps its key until it is answered; what is set back and forth never does', async () => {
    const asked = answering(world.village, lost, lost, lost, refused(500, 'internal'), { status: 201 }, { status: 201 }, lost, lost, lost, { status: 204 })
    const { call } = lib('call')
    const write = () => call('POST /cases', { body: { text: '路灯' } }).catch(() => undefined)
    await write()
    await write() // a broken server: nobody knows
    await write()
    await write() // the same words again: another thing
    const consent = () => call('POST /me/consents', { body: { purpose: 'voice', given: true, version: '1' } }).catch(() => undefined)
    await consent()
    await consent()
    const keys = asked.map(o => o.header['Idempotency-Key'])
    assert.equal(new Set(keys.slice(0, 5)).size, 1)
    assert.notEqual(keys[5], keys[4])
    assert.equal(new Set(keys.slice(6, 9)).size, 1)
    assert.notEqual(keys[9], keys[8])
    assert.ok(keys.every(key => /^[0-9a-f]{32}$/.test(key)))
  })
}
