import assert from 'node:assert/strict'
import { test } from 'node:test'
import { photo, voice } from '../files.mjs'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('somebody asks with words, voice and photo; the secretary answers; it is solved', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    let page = await wang.open('/pages/ask/ask')
    await page.type('text', '第3组的水管漏了')
    wang.photos = [wang.file('a.png', photo(), 'image/png')]
    await page.tap('拍照或相册')
    wang.voice = wang.file('a.amr', voice(), 'audio/amr')
    await page.on('voice', 'touchstart')
    await page.on('voice', 'touchend')
    page.sees('录音 3 秒')

    // The words outlive the page.
    page = await wang.open('/pages/ask/ask')
    page.sees('录音 3 秒')
    page = await page.tap('发给党支部')
    const number = /编号 (#\d+)/.exec(page.text)?.[1]
    page.sees('收到了', '第3组的水管漏了', '看附件', '撤回这件留言')
    assert.equal(wang.storage.get('draft:ask'), undefined)
    await page.tap('看附件')
    await wang.open('/pages/ask/ask').then(page => page.lacks('录音'))

    const zhang = new Phone(world.village, 'zhangming')
    const id = await world.village.ask('wangxiaocao', 'GET', '/cases?as=asker').then(all => all.items[0].id)
    page = await zhang.open(`/pages/case/case?id=${id}`)
    page.sees(number, '第3组的水管漏了', '发出答复').lacks('撤回这件留言')
    await page.type('answer', '下午就去修')
    page = await page.tap('发出答复')
    page.sees('下午就去修').lacks('发出答复')

    page = await wang.open('/pages/home/home')
    page = await page.tap(`${number} 有答复了`)
    page.sees('下午就去修', '解决了吗')
    page = await page.tap('没解决')
    page.lacks('解决了吗？')
    await world.village.ask('zhangming', 'POST', `/cases/${id}/reply`, { text: '换了水管' })
    await page.pull()
    await page.tap('解决了')
    page = await page.tap('5星')
    page.sees('您打了5星')
    page = await wang.open('/pages/cases/cases')
    page.sees(number)
  })

  test('an answer that was lost on the way is not filed twice', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    await wang.open('/pages/home/home')
    const count = async () => (await world.village.ask('wangxiaocao', 'GET', '/cases?as=asker&limit=100')).items.length
    const before = await count()
    const page = await wang.open('/pages/ask/ask')
    await page.type('text', '路边的树倒了')
    wang.offline = 3 // every try of the first tap
    await page.tap('发给党支部')
    page.sees('网络不好')
    await page.tap('发给党支部')
    wang.page.sees('收到了', '路边的树倒了')
    assert.equal(await count(), before + 1)
    const keys = wang.log.filter(sent => sent.url.endsWith('/cases') && sent.method === 'POST').map(sent => sent.headers['Idempotency-Key'])
    assert.equal(keys.length, 4)
    assert.equal(new Set(keys).size, 1)
  })
}
