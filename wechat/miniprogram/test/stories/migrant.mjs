import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('a migrant binds, reads the finance, asks, votes and checks the receipt', async () => {
    const { village } = world
    const zhou = new Phone(village, 'zhoumei')
    let page = await zhou.open('/pages/home/home')
    page.sees('先绑定，村里才知道您是谁').lacks('周梅')
    page = await page.tap('先绑定')
    page.sees('核对您的微信')
    await page.type('name', '周梅')
    await page.on('phone', 'getphonenumber', {}) // she refused WeChat's question
    page.sees('没有得到手机号')
    await page.on('phone', 'getphonenumber', { code: (await village.codes('zhoumei')).phone })
    page.sees('绑好了：云溪村周梅')
    page = await page.tap('去首页')
    page.sees('周梅，您好', '请投票')

    page = await page.tap('村务公开')
    page.sees('2026年10月财务公开', '公开日历')
    const first = page.self.data.items.length
    await page.end()
    const all = page.self.data.items.map(item => item.id)
    assert.ok(all.length > first && new Set(all).size === all.length, `${first} and then ${all.length}`)
    await page.tap('财务')
    page.lacks('党务公开')
    page = await page.tap('2026年10月财务公开')
    page.sees('期末余额', '185,313.15元', '光伏电站发电收益', '村务监督委员孙有田签字')
    assert.deepEqual(page.self.onShareAppMessage().title, '2026年10月财务公开')
    await page.type('question', '保洁员工资是几个人的？')
    page = await page.tap('提问')
    page.sees('保洁员工资是几个人的？')
    page = await zhou.open('/pages/calendar/calendar')
    page.sees('2026年9月财务公开', '严重逾期')

    page = await zhou.open('/pages/home/home')
    page = await page.tap('请投票：广场周末放什么')
    page.sees('不记名', '露天电影', '名册上14票').lacks('我的票据号')
    assert.equal(page.self.onShareAppMessage().path, '/pages/home/home') // who votes on what is nobody's else
    await page.tap('越剧')
    await page.tap('健身操') // changed her mind: one choice only
    page.sees('✓ 健身操').lacks('✓ 越剧')
    zhou.confirms = false
    await page.tap('投票')
    assert.match(zhou.asked, /我选：健身操/)
    page.lacks('您已经')
    zhou.confirms = true
    zhou.offline = 3
    await page.tap('投票')
    page.sees('网络不好')
    await page.tap('露天电影') // and again, not knowing that the first was taken
    await page.tap('投票')
    page.sees('您已经在小程序里投了', '我的票据号')
    assert.match(zhou.toast, /前一次选的已经投进去了/)
    const receipt = /[0-9a-f]{32}/.exec(page.text)[0]
    assert.ok(!JSON.stringify([...zhou.storage]).includes('choices'))
    await page.tap('抄下来')
    assert.equal(zhou.clipboard, receipt)

    const { items } = await village.ask('zhoumei', 'GET', '/polls')
    const poll = items.find(p => p.title === '广场周末放什么')
    for (const [person, choice] of [['wangxiaocao', '露天电影'], ['chenyong', '越剧']]) {
      const phone = new Phone(village, person)
      const page = await phone.open(`/pages/poll/poll?id=${poll.id}`)
      await page.tap(choice)
      await page.tap('投票')
      page.sees('您已经在小程序里投了')
    }
    await village.ask('zhaozhiqiang', 'POST', `/polls/${poll.id}/close`, { reason: '大家都投过了' })

    page = await zhou.open('/pages/polls/polls')
    page = await page.tap('广场周末放什么')
    page.sees('结果：大家的意见', '核对我的票', receipt)
    await page.tap('核对我的票')
    page.sees('您的票在里面，选的是：健身操', '和公布的结果一样')
    await page.tap('删掉手机上的票据号')
    page.lacks(receipt)
  })
}
