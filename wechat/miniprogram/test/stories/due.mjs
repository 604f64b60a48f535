import { test } from 'node:test'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('who handles cases finds what is due, says that it arrived, asks back, extends, answers and hands over', async () => {
    const { village } = world
    const { number } = await village.ask('wangxiaocao', 'POST', '/cases', { text: '村口的井盖松了' })
    const zhang = new Phone(village, 'zhangming')
    let page = await zhang.open('/pages/home/home')
    page.sees('留言等您回话')
    page = await page.tap('留言、纠纷、评议、柜台')
    page = await page.tap('村口的井盖松了')
    page.sees(`#${number}`)
    await page.tap('先回个话：收到')
    page.lacks('先回个话')
    await page.type('answer', '是哪一个井盖？')
    await page.tap('向提问人问一句')
    page.sees('是哪一个井盖？')
    await page.type('reason', '等镇里的配件')
    await page.tap('延期')
    page.sees('等镇里的配件')
    page = await zhang.open('/pages/due/due')
    page = await page.tap('村口的井盖松了')
    await page.type('to', '赵志强')
    page = await page.tap('转办')
    page.lacks('村口的井盖松了')
    const zhao = new Phone(village, 'zhaozhiqiang')
    page = await zhao.open('/pages/due/due')
    page = await page.tap('村口的井盖松了')
    await page.type('answer', '换好了')
    page = await page.tap('发出答复')
    page.sees('换好了').lacks('发出答复')
    page = await zhao.open('/pages/due/due')
    page.lacks('村口的井盖松了')
  })

  test('who confirms people in person sees who waits', async () => {
    const { village } = world
    await village.ask('chenyong', 'POST', '/helpers', { name: '陈大伯', scope: ['cases'], months: 12 })
    const liu = new Phone(village, 'liufang')
    let page = await liu.open('/pages/due/due')
    page = await page.tap('当面确认绑定和代办')
    page.sees('陈勇想替陈大伯代办', '留言、看进度')
    await page.tap('当面确认')
    page.lacks('陈大伯').sees('没有等着确认的人')
    const chen = new Phone(village, 'chenyong')
    await chen.open('/pages/helpers/helpers').then(page => page.sees('我替陈大伯办', '正在代办'))
  })
}
