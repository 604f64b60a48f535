import { test } from 'node:test'
import { Phone } from '../phone.mjs'

export function tell(world) {
  test('the first page says what waits for whom', async () => {
    const chen = new Phone(world.village, 'chenyong')
    const home = await chen.open('/pages/home/home')
    home.sees('云溪村', '陈勇，您好', '请投票：第3组路口装不装减速带', '有事找党支部')

  })
}
