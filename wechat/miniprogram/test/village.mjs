// The demo village: the whole server with its WeChat simulator, once for all stories.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

export class Village {
  /** Starts a demo; CUNWU_DEMO=ADDRESS,DIR,PROGRAM takes one that runs already, for whoever writes pages. */
  static async open() {
    const village = new Village()
    if (process.env.CUNWU_DEMO) return village.take(...process.env.CUNWU_DEMO.split(','))
    village.dir = mkdtempSync(join(tmpdir(), 'cunwu-mini-'))
    village.program = join(village.dir, 'server')
    await promisify(execFile)('go', ['build', '-o', village.program, './cmd/server'], { cwd: repository })
    const port = await freePort()
    village.address = `http://127.0.0.1:${port}`
    village.data = join(village.dir, 'data')
    village.process = spawn(village.program, ['demo', '--addr', `127.0.0.1:${port}`, '--data', village.data], { stdio: ['ignore', 'pipe', 'inherit'] })
    await village.said('已经开张')
    for (const person of ['wangxiaocao', 'zhangming', 'chenyong', 'lixiuying', 'zhaozhiqiang', 'liufang', 'limei', 'zhouli', 'heqing']) await village.known(person)
    return village
  }

  take(address, data, program) {
    return Object.assign(this, { address, data, program })
  }

  said(words) {
    return new Promise((done, fail) => {
      let all = ''
      this.process.stdout.on('data', some => { if ((all += some).includes(words)) done() })
      this.process.on('exit', code => fail(new Error(`the demo ended with ${code}: ${all}`)))
    })
  }

  /** A one-time invitation code, as the village prints it. */
  async invite(...whom) {
    const data = this.data
    const { stdout } = await promisify(execFile)(this.program, ['invite', '--village', 'yunxi', ...whom], {
      env: { PATH: process.env.PATH, CUNWU_DATABASE_URL: `sqlite://${join(data, 'cunwu.db')}`, CUNWU_DATA_DIR: data, CUNWU_REDIS_URL: 'embedded', CUNWU_SECRET_KEY: readFileSync(join(data, 'secret.key'), 'utf8').trim(), CUNWU_BASE_URL: this.address },
    })
    return /\d{8}/.exec(stdout)[0]
  }

  /** What wx.login and the phone-number button give on this person's phone. */
  async codes(person) {
    const { code, phone_code } = await (await fetch(`${this.address}/simulator/mini/codes?person=${person}`)).json()
    return { login: code, phone: phone_code }
  }

  /** Waits until the server has learned from WeChat that who signs in here is bound in chat. */
  async known(person) {
    for (const began = Date.now(); (await this.ask(person, 'GET', '/me')).person === null;) {
      if (Date.now() - began > 60_000) throw new Error(`${person} stays a stranger`)
      await new Promise(done => setTimeout(done, 300))
    }
  }

  /** Asks the API as a person at their phone, where no page does it. */
  async ask(person, method, path, body) {
    this.tokens ??= {}
    this.tokens[person] ??= (await this.send('', 'POST', '/login', { code: (await this.codes(person)).login })).token
    return this.send(this.tokens[person], method, path, body)
  }

  async send(token, method, path, body) {
    const answer = await fetch(`${this.address}/api/v1${path}`, {
      method, headers: { 'content-type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }, body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : null
  }

  async close() {
    if (!this.process) return
    if (this.process.exitCode === null) {
      this.process.removeAllListeners('exit')
      this.process.kill('SIGTERM')
      await once(this.process, 'exit')
    }
    rmSync(this.dir, { recursive: true, force: true })
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
