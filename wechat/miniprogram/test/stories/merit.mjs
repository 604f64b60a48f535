import assert from 'node:assert/strict'
import { test } from 'node:test'
import { photo } from '../files.mjs'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('points: a deed is claimed and reviewed; goods are redeemed, cancelled, and fetched with the code', async () => {
    const { village } = world
    const wang = new Phone(village, 'wangxiaocao')
    let page = await wang.open('/pages/home/home')
    page = await page.tap('好人好事，换东西')
    page.sees('全家一起用', '王小草挣的', '得分：帮助邻居', '✓ 我家愿意上光荣榜')
    const balance = page.self.data.account.balance

    const chen = new Phone(village, 'chenyong')
    page = await chen.open('/pages/merit/merit')
    page = await page.tap('申报积分')
    await page.tap('打扫村道、清理河边，5分')
    page.sees('要有照片')
    chen.photos = [chen.file('road.png', photo(320, 240), 'image/png')]
    await page.tap('拍照或相册')
    await page.type('text', '扫了村口到河边的路')
    page = await page.tap('申报')
    page.sees('报好了', '扫了村口到河边的路', '正在评议', '看照片', '撤回申报')
    const { id } = page.query
    for (const reviewer of ['limei', 'liufang']) {
      const phone = new Phone(village, reviewer)
      page = await phone.open('/pages/home/home')
      page = await page.tap('请评议：陈勇')
      page.sees('请您评议', '扫了村口到河边的路')
      await page.tap('看照片')
      assert.ok(phone.preview)
      page = await page.tap('同意')
      page.lacks('请您评议')
    }
    page = await chen.open(`/pages/onclaim/onclaim?id=${id}`)
    page.sees('正在公示', '觉得不对，提异议')
    page = await chen.open('/pages/claims/claims')
    page.sees('正在公示，有不对的就提', '陈勇：打扫村道、清理河边，5分')

    page = await wang.open('/pages/store/store')
    page.sees('食盐一袋', '还有40件')
    wang.confirms = false
    await page.tap('换食盐一袋')
    page.lacks('等您去取')
    wang.confirms = true
    await page.tap('换食盐一袋')
    page.sees('等您去取', `能用的积分${balance - 3}分`, /\d{4} \d{4}/)
    await page.tap('不要了，退回积分')
    page.lacks('等您去取').sees('已取消', `能用的积分${balance}分`)
    await page.tap('换毛巾一条')
    const code = /\d{4} \d{4}/.exec(page.text)[0]

    const zhao = new Phone(village, 'zhaozhiqiang')
    page = await zhao.open('/pages/home/home')
    page = await page.tap('留言、纠纷、评议、柜台')
    page = await page.tap('积分超市的柜台')
    page.sees('王小草：毛巾一条×1').lacks(code)
    await page.type('code', '00000000')
    await page.tap('交货')
    page.sees('没有这个兑换码')
    await page.type('code', code)
    await page.tap('交货')
    page.sees('请把毛巾一条×1交给王小草', '没有等着取的')

    page = await wang.open('/pages/store/store')
    page.sees('已取货').lacks('等您去取')
    page = await wang.open('/pages/merit/merit')
    page.sees(`${balance - 10}分`, '毛巾一条')
    page = await wang.open('/pages/honours/honours')
    await page.tap('今年')
    page.sees('王小草家')
  })
}
