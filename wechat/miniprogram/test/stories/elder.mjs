import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('an elder agrees, the helper files a case for them, the secretary answers', async () => {
    const chen = new Phone(world.village, 'chenyong')
    let page = await chen.open('/pages/helpers/helpers')
    await page.type('name', '李秀英')
    page = await page.tap('请求代办一年')
    page.sees('我替李秀英办', '等老人本人同意')

    const li = new Phone(world.village, 'lixiuying')
    page = await li.open('/pages/me/me')
    assert.equal(page.count('elder'), 0)
    await page.tap('换成大字版')
    page.sees('✓ 大字版')
    page = await li.open('/pages/home/home')
    assert.equal(page.count('elder'), 1)
    page = await page.tap('陈勇想替您代办')
    assert.equal(page.count('elder'), 1)
    page = await page.tap('同意')
    page.sees('正在代办').lacks('不同意')

    page = await chen.open('/pages/ask/ask')
    await page.tap('替李秀英办')
    await page.type('text', '老人家的电视收不到台')
    page = await page.tap('发给党支部')
    page.sees('老人家的电视收不到台')

    const zhang = new Phone(world.village, 'zhangming')
    const id = page.query.id
    page = await zhang.open(`/pages/case/case?id=${id}`)
    await page.type('answer', '明天派人去看')
    await page.tap('发出答复')
    page = await chen.open('/pages/cases/cases')
    page = await li.open('/pages/home/home')
    page.sees('老人家的电视收不到台')
    page = await li.open(`/pages/case/case?id=${id}`)
    page.sees('明天派人去看', '解决了吗')

    page = await li.open('/pages/me/me')
    await page.tap('换成王大山')
    page.sees('王大山').lacks('换成王大山')
    await page.tap('换成李秀英')
    page = await li.open('/pages/helpers/helpers')
    await page.tap('停止代办')
    page.lacks('陈勇替我办')
  })
}
