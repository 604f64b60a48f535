// A phone with the mini-program: the compiled pages, rendered, with `wx` over real HTTP.
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { exparser, loaded, seconds, simulate } from './browser.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))

export class Phone {
  /** person is the simulator's key of whose phone it is. */
  constructor(village, person) {
    Object.assign(this, { village, person, stack: [], storage: new Map(), files: new Map(), underWay: 0, log: [] })
    this.confirms = true // what showModal is answered
    this.privacy = 'agreed' // or 'refused', or 'unasked': the page's dialog is shown
    this.subscribes = 'accept' // what requestSubscribeMessage is answered
    this.offline = 0 // how many of the next requests are lost on the way back
    this.wx = wxOf(this)
  }

  /** Takes the phone in hand: the program's modules are loaded anew, as at a cold start. */
  use() {
    if (Phone.inHand === this) return this
    Phone.inHand = this
    for (const path of Object.keys(loaded.cache)) if (path.startsWith(dist)) delete loaded.cache[path]
    globalThis.wx = this.wx
    globalThis.getCurrentPages = () => this.stack.map(page => page.self)
    globalThis.App = app => { this.app = app }
    loaded(`${dist}/app.js`)
    this.server = loaded(`${dist}/settings.js`).server
    this.app.onLaunch?.()
    return this
  }

  /** Opens a page as from a share card, a code or the list of programs. */
  async open(url) {
    this.use()
    this.stack.splice(0).forEach(page => page.leave())
    await this.push(url)
    return this.settle()
  }

  async push(url) {
    const [path, query = ''] = url.split('?')
    assert.ok(loaded(`${dist}/app.json`).pages.includes(path.slice(1)), `${path} is no page`)
    const page = new Page(this, path, Object.fromEntries(query.split('&').filter(Boolean).map(pair => pair.split(/=(.*)/s).slice(0, 2))))
    this.stack.push(page)
    page.enter()
  }

  get page() { return this.stack.at(-1) }

  /** Waits until the phone is at rest: nothing asked, nothing being shown. */
  async settle() {
    for (let calm = 0, tries = 0; calm < 3; tries++) {
      assert.ok(tries < 3000, `${this.page?.path} is never at rest`)
      await new Promise(done => setTimeout(done, 5))
      const data = this.page?.self.data ?? {}
      calm = this.underWay === 0 && !data.loading && !data.busy ? calm + 1 : 0
    }
    return this.page
  }

  /** A name of a file on this phone. */
  file(name, bytes, type) {
    const path = `wxfile://tmp/${name}`
    this.files.set(path, new Blob([bytes], { type }))
    return path
  }

  async back() {
    this.use()
    this.stack.pop().leave()
    this.page.show()
    return this.settle()
  }
}

class Page {
  constructor(phone, path, query) {
    Object.assign(this, { phone, path, query })
    this.component = simulate.render(simulate.load(dist + path, 'page', { compiler: 'official', rootPath: dist }))
    this.self = this.component.instance
    for (const [, name] of readFileSync(`${dist}${path}.wxml`, 'utf8').matchAll(/bind:?\w+="(\w+)"/g)) {
      assert.equal(typeof this.self[name], 'function', `${path}.wxml wants ${name}`)
    }
  }

  enter() {
    this.component.attach(document.body)
    this.self.onLoad?.(this.query)
    this.show()
  }

  show() {
    this.component.triggerPageLifeTime('show')
    void this.self.onShow?.()
  }

  leave() {
    this.component.detach()
  }

  get text() { return textOf(this.component.dom) }

  get html() { return this.component.dom.innerHTML }

  sees(...words) {
    for (const some of words) assert.match(this.text, some instanceof RegExp ? some : new RegExp(escaped(some)), `${this.path} doesn't say ${some}`)
    return this
  }

  lacks(...words) {
    for (const some of words) assert.ok(!this.text.includes(some), `${this.path} says ${some}: ${this.text}`)
    return this
  }

  /** How many things look so: a class of the markup. */
  count(look) { return this.elements(e => e.className.split(' ').some(name => name.endsWith(`--${look}`))).length }

  elements(wanted) {
    return [...this.component.dom.querySelectorAll('*')].filter(e => e.__wxElement && wanted(e))
  }

  /** Taps the smallest thing that says these words; of two alike the button. */
  tap(words) {
    const rank = e => textOf(e).length * 1000 - (e.tagName === 'WX-BUTTON' ? 500 : 0) - depth(e)
    const found = this.elements(e => textOf(e).includes(words)).sort((a, b) => rank(a) - rank(b))[0]
    assert.ok(found, `${this.path} has nothing that says ${words}: ${this.text}`)
    for (let e = found; e; e = e.parentElement) assert.ok(!e.__wxElement?.dataset?.disabled, `${words} can't be tapped`)
    return this.fire(found, 'tap')
  }

  /** Does something with the thing whose data-field is field: input, change, touchstart… */
  on(field, name, detail = {}) {
    const found = this.elements(e => e.__wxElement.dataset?.field === field)[0]
    assert.ok(found, `${this.path} has no field ${field}`)
    return this.fire(found, name, detail)
  }

  type(field, value) { return this.on(field, 'input', { value }) }

  fire(element, name, detail = {}) {
    this.phone.use()
    exparser.Event.dispatchEvent(element.__wxElement, exparser.Event.create(name, detail, { bubbles: true, capturePhase: true, composed: true }))
    return this.phone.settle()
  }

  pull() { return this.self.onPullDownRefresh().then(() => this.phone.settle()) }

  end() { return Promise.resolve(this.self.onReachBottom()).then(() => this.phone.settle()) }
}

const textOf = node => node.textContent.replace(/\s+/g, ' ').trim()
const escaped = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const depth = node => (node.parentElement ? 1 + depth(node.parentElement) : 0)

// wxOf is WeChat's interface on this phone. What takes callbacks gives promises too, as WeChat's does.
function wxOf(phone) {
  const both = work => (options = {}) => {
    phone.underWay++
    const result = Promise.resolve().then(() => work(options)).finally(() => { phone.underWay-- })
    if (options.success || options.fail || options.complete) {
      result.then(options.success, options.fail).then(options.complete, options.complete)
      return { abort() {} }
    }
    return result
  }
  const sent = async (url, init) => {
    const answer = await fetch(url.replace(phone.server, phone.village.address), { ...init, signal: AbortSignal.timeout(20_000) })
    phone.log.push({ url, ...init, status: answer.status })
    const bytes = await answer.arrayBuffer()
    if (answer.status === 429) await seconds(Math.min(5, Number(answer.headers.get('retry-after')) || 1)) // the program's own pauses are short here, the server's aren't
    if (phone.offline > 0 && phone.offline--) throw { errMsg: 'request:fail timeout' } // it was done, but nobody heard
    return { statusCode: answer.status, header: Object.fromEntries(answer.headers), bytes }
  }
  const words = bytes => new TextDecoder().decode(bytes)
  const parsed = text => { try { return JSON.parse(text) } catch { return text } }
  let privacyListener
  let recorded = {}
  return {
    login: both(async () => ({ code: (await phone.village.codes(phone.person)).login })),
    request: both(async o => {
      const { bytes, ...answer } = await sent(o.url, { method: o.method, headers: o.header, body: o.data })
      return { ...answer, data: o.responseType === 'arraybuffer' ? bytes : parsed(words(bytes)) }
    }),
    uploadFile: both(async o => {
      const form = new FormData()
      const blob = phone.files.get(o.filePath)
      assert.ok(blob, `${o.filePath} isn't on the phone`)
      form.set(o.name, blob, o.filePath.split('/').pop())
      const { bytes, ...answer } = await sent(o.url, { method: 'POST', headers: o.header, body: form })
      return { ...answer, data: words(bytes) }
    }),
    downloadFile: both(async o => {
      const { bytes, ...answer } = await sent(o.url, { method: 'GET', headers: o.header })
      return { statusCode: answer.statusCode, header: answer.header, tempFilePath: phone.file(`${phone.files.size}`, bytes) }
    }),
    getStorageSync: key => structuredClone(phone.storage.get(key) ?? ''),
    setStorageSync: (key, value) => { phone.storage.set(key, structuredClone(value)) },
    removeStorageSync: key => { phone.storage.delete(key) },
    getStorageInfoSync: () => ({ keys: [...phone.storage.keys()] }),
    navigateTo: both(o => { assert.ok(phone.stack.length < 10); return phone.push(o.url) }),
    redirectTo: both(o => { phone.stack.pop().leave(); return phone.push(o.url) }),
    reLaunch: both(o => { phone.stack.splice(0).forEach(page => page.leave()); return phone.push(o.url) }),
    navigateBack: both(async () => { await phone.stack.pop().leave(); phone.page.show() }),
    setNavigationBarTitle: both(() => ({})),
    stopPullDownRefresh: both(() => ({})),
    showToast: both(o => { phone.toast = o.title }),
    showModal: both(o => { phone.asked = o.content; return { confirm: phone.confirms, cancel: !phone.confirms, content: o.editable ? phone.answer : undefined } }),
    showActionSheet: both(o => { phone.asked = o.itemList; return { tapIndex: phone.pick ?? 0 } }),
    getRandomValues: both(o => ({ randomValues: webcrypto.getRandomValues(new Uint8Array(o.length)).buffer })),
    getDeviceInfo: () => ({ model: 'Test', brand: 'Test' }),
    getWindowInfo: () => ({ windowWidth: 375, windowHeight: 667 }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wxtest', envVersion: 'develop' } }),
    onNeedPrivacyAuthorization: listener => { privacyListener = listener },
    requirePrivacyAuthorize: o => {
      phone.privacyAsked = true
      if (phone.privacy === 'agreed') return o.success({})
      if (phone.privacy === 'refused') return o.fail({ errMsg: 'privacy permission is not authorized' })
      privacyListener(answer => {
        phone.privacy = answer.event === 'agree' ? 'agreed' : 'refused'
        answer.event === 'agree' ? o.success({}) : o.fail({ errMsg: 'refused' })
      }, { referrer: 'test' })
    },
    openPrivacyContract: both(() => ({})),
    requestSubscribeMessage: both(o => {
      phone.subscriptionsAsked = o.tmplIds
      return { errMsg: 'ok', ...Object.fromEntries(o.tmplIds.map(id => [id, phone.subscribes])) }
    }),
    chooseMedia: both(() => {
      assert.equal(phone.privacy, 'agreed')
      return { tempFiles: phone.photos.map(tempFilePath => ({ tempFilePath, size: phone.files.get(tempFilePath).size, fileType: 'image' })) }
    }),
    compressImage: both(o => { phone.compressed = o; return { tempFilePath: o.src } }),
    getRecorderManager: () => ({
      onStop: on => { recorded.stop = on }, onError: on => { recorded.error = on }, onStart: on => { recorded.start = on },
      start: o => { assert.equal(phone.privacy, 'agreed'); recorded.format = o.format; recorded.start?.() },
      stop: () => recorded.stop?.({ tempFilePath: phone.voice, duration: 3000, fileSize: 100 }),
    }),
    createInnerAudioContext: () => ({ play() {}, stop() {}, destroy() {}, onEnded() {}, onError() {} }),
    previewImage: both(o => { phone.preview = o.urls }),
    openDocument: both(o => { phone.opened = o.filePath }),
    saveFileToDisk: both(o => { phone.saved = o.filePath }),
    shareFileMessage: both(o => { phone.shared = o.filePath }),
    setClipboardData: both(o => { phone.clipboard = o.data }),
    makePhoneCall: both(o => { phone.called = o.phoneNumber }),
    scanCode: both(() => ({ result: phone.scanned })),
    pageScrollTo: both(() => ({})),
    nextTick: work => { setTimeout(work, 0) },
    vibrateShort: both(() => ({})),
    env: { USER_DATA_PATH: 'wxfile://usr' },
    getFileSystemManager: () => ({
      saveFile: both(o => ({ savedFilePath: o.tempFilePath })),
      unlink: both(o => { phone.files.delete(o.filePath) }),
      writeFile: both(o => { phone.files.set(o.filePath, new Blob([o.data])) }),
    }),
  }
}
