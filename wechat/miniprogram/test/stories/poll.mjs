import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('before a household vote opens, people object to the roll and say what they think', async () => {
    const { village } = world
    const inDays = days => new Date(Date.now() + days * 24 * 3600_000).toISOString()
    const poll = { title: '第3组修不修水渠', text: '每户出两个工。', organ: 'group', group: '第3组', by_household: true, secret: false, opens_at: inDays(5), closes_at: inDays(9) }
    const { id } = await village.ask('zhaozhiqiang', 'POST', '/polls', poll)
    await village.ask('zhaozhiqiang', 'POST', `/polls/${id}/notice`)
    const liu = new Phone(village, 'liufang')
    let page = await liu.open(`/pages/poll/poll?id=${id}`)
    page.sees('每户一票', '还没开始', '名册不对？')
    page = await page.tap('名册不对？')
    await page.tap('有不该在上面的人')
    await page.type('name', '王小草')
    await page.type('text', '她家搬到第1组了')
    await page.tap('提意见')
    page.sees('不该有王小草', '她家搬到第1组了', '等村里答复')
    const { items: [objection] } = await village.ask('zhaozhiqiang', 'GET', `/polls/${id}/objections`)
    await village.ask('zhaozhiqiang', 'POST', `/polls/${id}/objections/${objection.id}/decide`, { accept: false, reason: '她家还在第3组' })
    await page.pull()
    page.sees('没有改：她家还在第3组')

    page = await liu.open(`/pages/poll/poll?id=${id}`)
    page = await page.tap('大家的意见')
    await page.type('text', '先修上头一段')
    page = await liu.open(`/pages/remarks/remarks?id=${id}`) // what was begun is kept
    assert.equal(page.self.data.text, '先修上头一段')
    await page.tap('说出来')
    page.sees('刘芳', '先修上头一段')
    const zhao = new Phone(village, 'zhaozhiqiang')
    await zhao.open(`/pages/remarks/remarks?id=${id}`).then(page => page.sees('刘芳', '先修上头一段'))
  })
}
