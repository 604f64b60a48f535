import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loaded } from '../browser.mjs'

const { day, when, yuan } = loaded(fileURLToPath(new URL('../../dist/lib/words.js', import.meta.url)))

export function tell() {
  test('money and times are written as people write them', () => {
    for (const [fen, text] of [[0, '0元'], [5, '0.05元'], [100, '1元'], [123456789, '1,234,567.89元'], [-1050, '-10.50元'], [100000000, '1,000,000元']]) assert.equal(yuan(fen), text)
    const year = new Date().getFullYear()
    assert.equal(day(`${year}-03-05T23:30:00+08:00`), '3月5日')
    assert.equal(when(`${year}-03-05T16:05:00Z`), '3月6日 00:05') // China's clock, whatever the phone's
    assert.equal(day('2019-12-31T20:00:00Z'), '2020年1月1日')
    assert.equal(when(null), '')
  })
}
