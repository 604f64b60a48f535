// The page's world: a DOM, and miniprogram-simulate in it. Imported before anything else.
import { createRequire } from 'node:module'
import { JSDOM } from 'jsdom'

const { window } = new JSDOM('<!doctype html><html><head></head><body></body></html>')
for (const name of ['window', 'document', 'Element', 'HTMLElement', 'Node', 'Text', 'Event', 'CustomEvent', 'MutationObserver']) {
  globalThis[name] = name === 'window' ? window : window[name]
}
const require = createRequire(import.meta.url)
export const simulate = require('miniprogram-simulate')
export const exparser = require('miniprogram-exparser')
export const loaded = require

// The simulator's own comparison of trees loses its way where parts come and go together (it inserts a
// node before itself); this one compares place by place.
const diff = require('j-component/src/render/diff')
const render = require('j-component/src/render/render')
const { TYPE_TEXT } = require('j-component/src/tool/constant')

diff.diffVt = function compare(old, now) {
  const node = old.exparserNode
  if (old.type === TYPE_TEXT && now.type === TYPE_TEXT && old.content === now.content) {
    now.exparserNode = node
    return
  }
  if (old.type === TYPE_TEXT || old.type !== now.type || old.componentId !== now.componentId || old.tagName !== now.tagName) {
    const made = render.renderExparserNode(now, null, node.ownerShadowRoot)
    made._vt = now
    node.parentNode.replaceChild(made, node)
    return
  }
  now.exparserNode = node
  const attributes = diff.diffAttrs(old.attrs, now.attrs)
  if (attributes) render.updateAttrs(node, (now.attrs = attributes))
  for (const { name, isCapture, id } of Object.values(old.event)) exparser.removeListenerFromElement(node, name, id, { capture: isCapture })
  render.updateEvent(node, now.event)
  const shared = Math.min(old.children.length, now.children.length)
  for (let i = 0; i < shared; i++) compare(old.children[i], now.children[i])
  for (let i = old.children.length - 1; i >= shared; i--) node.removeChild(old.children[i].exparserNode)
  for (const child of now.children.slice(shared)) {
    const made = render.renderExparserNode(child, null, node.ownerShadowRoot)
    made._vt = child
    node.appendChild(made)
  }
  node._vt = now
}

// Nobody waits for a weak network: long pauses of the program are short here.
const wait = globalThis.setTimeout
export const seconds = n => new Promise(done => wait(done, n * 1000)) // real ones
globalThis.setTimeout = (work, ms = 0, ...more) => wait(work, ms > 300 ? ms / 20 : ms, ...more)
