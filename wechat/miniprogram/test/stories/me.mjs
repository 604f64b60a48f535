import assert from 'node:assert/strict'
import { test } from 'node:test'
import { photo } from '../files.mjs'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('a phone is shared: the second person binds by code, and either may speak', async () => {
    const liu = new Phone(world.village, 'liufang')
    let page = await liu.open('/pages/bind/bind')
    await page.type('code', '00000000')
    await page.tap('同意并绑定')
    page.sees('邀请码').lacks('绑好了')
    const code = await world.village.invite('--name', '陈大伯')
    page = await liu.open(`/pages/home/home?scene=bind_${code}`) // the slip's own code
    await page.tap('同意并绑定')
    page.sees('绑好了：云溪村陈大伯')
    page = await liu.open('/pages/bind/bind')
    await page.type('code', await world.village.invite('--household', '204')) // a household's: who is it?
    await page.tap('同意并绑定')
    page.sees('您是哪一位', '赵志强')
    await page.tap('赵雅琴')
    page.sees('绑好了：云溪村赵雅琴')
    page = await liu.open('/pages/me/me')
    page.sees('还没有核对手机号', '换成刘芳', '换成陈大伯')
    await page.tap('换成刘芳')
    page.sees('网格员', '换成陈大伯')
  })

  test('the camera waits for the privacy guideline', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    const page = await wang.open('/pages/ask/ask')
    wang.photos = [wang.file('b.png', photo(), 'image/png')]
    wang.privacy = 'unasked'
    await page.tap('拍照或相册')
    page.sees('先看一下隐私指引')
    await page.tap('不同意')
    page.lacks('先看一下隐私指引', '去掉')
    assert.match(wang.toast, /可以打字/)
    wang.privacy = 'refused'
    await page.on('voice', 'touchstart')
    page.sees('不能录音')
    wang.privacy = 'unasked'
    await page.tap('拍照或相册')
    await page.on('agree', 'agreeprivacyauthorization')
    page.sees('去掉').lacks('先看一下隐私指引')
    await page.tap('去掉')
    page.lacks('去掉')
  })

  test('big pictures are made small, small ones are left alone', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    const page = await wang.open('/pages/ask/ask')
    wang.photos = [wang.file('small.png', photo(), 'image/png')]
    await page.tap('拍照或相册')
    assert.equal(wang.compressed, undefined)
    wang.photos = [wang.file('big.png', Buffer.alloc(500_000), 'image/png')]
    await page.tap('拍照或相册')
    assert.ok(wang.compressed.compressedWidth <= 1600 && wang.compressed.quality < 80)
  })

  test('a lost session is renewed without a word, and a lost answer is asked for again', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    let page = await wang.open('/pages/cases/cases')
    const session = wang.storage.get('session')
    wang.storage.set('session', { ...session, token: 'x'.repeat(session.token.length) })
    wang.offline = 1
    page = await wang.open('/pages/polls/polls')
    page.sees('第3组路口装不装减速带').lacks('登录', '网络')
    assert.notEqual(wang.storage.get('session').token, session.token)
  })

  test('without a network the first page shows what it last knew', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    let page = await wang.open('/pages/home/home')
    const knew = page.text
    wang.offline = 1000
    page = await wang.open('/pages/home/home')
    page.sees('网络不好', '再试一次', '王小草，您好', '请投票：第3组路口装不装减速带')
    wang.offline = 0
    page = await page.tap('再试一次')
    assert.equal(page.text, knew)
  })

  test('my own data: consents, corrections, sign-ins, export, erasure', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    const page = await wang.open('/pages/mydata/mydata')
    page.sees('用微信给您发通知', '（就是这里）', '马上删：手机号')
    const consented = () => page.text.match(/没有同意/g).length
    const before = consented()
    await page.fire(page.elements(e => e.__wxElement.dataset.purpose === 'notices')[0], 'tap')
    assert.equal(consented(), before - 1)
    await page.on('field', 'change', { value: '3' })
    page.sees('哪一项不对：现居地')
    await page.type('value', '杭州')
    await page.type('evidence', '在杭州租房的合同')
    await page.tap('申请更正')
    page.sees('正在核对')
    await page.tap('导出')
    const zip = Buffer.from(await wang.files.get(wang.shared).arrayBuffer())
    assert.equal(zip.subarray(0, 2).toString(), 'PK')
    await page.tap('我要删除')
    page.sees('再确认一次才删')
    await page.tap('不删了')
    page.lacks('再确认一次才删')
    const sessions = page.text.match(/退出这个登录/g).length
    await page.tap('退出这个登录')
    assert.equal((page.text.match(/退出这个登录/g) ?? []).length, sessions - 1)
    await page.tap('全部退出')
    wang.page.sees('王小草，您好') // signed in anew, silently
  })

  test('somebody who isn\'t bound reads what is public, and learns how to bind', async () => {
    const zhou = new Phone(world.village, 'zhoumei')
    let page = await zhou.open('/pages/disclosures/disclosures')
    page.sees('2026年10月财务公开')
    page = await zhou.open('/pages/polls/polls')
    page.sees('绑定')
    page = await zhou.open('/pages/ask/ask')
    await page.type('text', '我是周梅，户口在村里')
    page = await page.tap('发给党支部')
    page.sees('收到了', '我是周梅，户口在村里')
  })

  test('notices are read, and lead to what they are about', async () => {
    const zhang = new Phone(world.village, 'zhangming')
    let page = await zhang.open('/pages/notices/notices')
    page.sees('点开看这件事')
    const unread = page.count('call')
    page = await page.fire(page.elements(e => e.__wxElement.dataset.case)[0], 'tap')
    page.sees('经过')
    page = await zhang.back()
    assert.ok(page.count('call') < unread)
  })

  test('whoever waits for news is asked once whether WeChat may tell them', async () => {
    const wang = new Phone(world.village, 'wangxiaocao')
    const real = wang.wx.request
    wang.wx.request = o => (/\/subscriptions$/.test(o.url) ? void setTimeout(() => o.success({ statusCode: 200, header: {}, data: { template_ids: ['t1', 't2'] } })) : real(o))
    let page = await wang.open('/pages/ask/ask')
    await page.type('text', '文化礼堂几点开门')
    page = await page.tap('发给党支部')
    await wang.settle()
    page.sees('要不要在微信里告诉您')
    assert.equal(wang.subscriptionsAsked, undefined) // only on a tap
    wang.subscribes = 'reject'
    await page.tap('告诉我')
    page.sees('好，不发')
    assert.deepEqual(wang.subscriptionsAsked, ['t1', 't2'])
    page = await wang.open(`/pages/case/case?id=${page.query.id}`)
    await wang.settle()
    page.sees('文化礼堂').lacks('要不要在微信里告诉您')
  })
}
