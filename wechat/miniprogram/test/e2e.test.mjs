// The pages' own code against a running server with the WeChat simulator: one demo for all stories.
import { readdirSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import { build } from '../tools/build.mjs'
import { Village } from './village.mjs'

build()
const world = {}

describe('on the phone', { timeout: 600_000 }, async () => {
  before(async () => { world.village = await Village.open() })
  after(() => world.village?.close())
  for (const name of readdirSync(new URL('stories', import.meta.url)).filter(name => name.endsWith('.mjs')).sort()) {
    const story = await import(`./stories/${name}`)
    story.tell(world)
  }
})
