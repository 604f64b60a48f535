// What needs no running server.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { filesOf } from '../tools/build.mjs'
import { printed, typeOf, typesOf } from '../tools/types.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')
const app = JSON.parse(readFileSync(join(src, 'app.json')))
const compiler = createRequire(createRequire(import.meta.url).resolve('miniprogram-simulate'))('miniprogram-compiler')

test('the types are those of the server', () => {
  assert.equal(readFileSync(join(root, 'types/api.d.ts'), 'utf8'), typesOf(printed()), 'the server\'s document has changed: npm run types')
})

test('a schema is the type it describes', () => {
  for (const [schema, type] of [
    [{ type: 'integer', format: 'int64' }, 'number'], [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: ['array', 'null'], items: { $ref: '#/components/schemas/Case' } }, 'Array<Case> | null'],
    [{ type: 'string', enum: ['a', 'b'] }, "'a' | 'b'"], [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'Record<string, boolean>'],
    [{ type: 'object', properties: { b: { type: 'string' }, a: { $ref: '#/x/Y' } }, required: ['a'] }, '{\n  a: Y | null\n  b?: string\n}'],
  ]) assert.equal(typeOf(schema, ''), type)
  assert.throws(() => typeOf({ type: 'tuple' }, ''))
})

test('a call that the server would not understand does not compile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cunwu-call-'))
  const options = { extends: join(root, 'tsconfig.json'), compilerOptions: { noEmit: true, rootDir: '/', typeRoots: [join(root, 'node_modules')] }, include: [], files: ['call.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  writeFileSync(join(folder, 'call.ts'), `import { call } from '${src}/lib/call'
    void call('GET /cases/{id}', { path: { id: '' } })
    void call('GET /cases/{id}', {})
    void call('POST /polls/{id}/ballots', { path: { id: '' }, body: { choices: ['1'], receipt: '' } })`)
  assert.throws(() => execFileSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' }),
    failed => { assert.match(failed.stdout, /^[^(]*call\.ts\(3,.*\n.*\n?[^(]*call\.ts\(4,/); assert.doesNotMatch(failed.stdout, /\(2,/); return true })
  rmSync(folder, { recursive: true })
})

test('the markup compiles, and bad markup does not', () => {
  compiler.wxmlToJs(src)
  const bad = mkdtempSync(join(tmpdir(), 'cunwu-wxml-'))
  writeFileSync(join(bad, 'a.wxml'), '<view wx:if="{{a}}"><text></view>')
  assert.throws(() => compiler.wxmlToJs(bad))
  rmSync(bad, { recursive: true })
})

test('every page is whole and known', () => {
  const pages = readdirSync(join(src, 'pages')).map(name => `pages/${name}/${name}`)
  assert.deepEqual([...app.pages].sort(), pages.sort())
  assert.equal(app.pages[0], 'pages/home/home')
  for (const page of pages) {
    const { usingComponents, navigationBarTitleText } = JSON.parse(readFileSync(join(src, `${page}.json`)))
    const markup = readFileSync(join(src, `${page}.wxml`), 'utf8')
    assert.ok(navigationBarTitleText && markup.startsWith('<sheet elder="{{elder}}"'), `${page} stands in no sheet`)
    for (const [, tag] of markup.matchAll(/<([a-z-]+)/g)) {
      const own = ['view', 'text', 'block', 'button', 'input', 'textarea', 'image', 'picker', 'switch', 'scroll-view'].includes(tag)
      assert.ok(own || usingComponents[tag], `${page} uses ${tag}`)
    }
    statSync(join(src, `${page}.ts`))
  }
})

test('links lead to pages that exist', () => {
  for (const file of filesOf(src).filter(name => /\.(ts|wxml)$/.test(name))) {
    for (const [, page] of readFileSync(file, 'utf8').matchAll(/['"`]\/(pages\/\w+\/\w+)/g)) assert.ok(app.pages.includes(page), `${file}: ${page}`)
  }
})

test('type is legible and grows in the elder view', () => {
  for (const file of filesOf(src).filter(name => name.endsWith('.wxss'))) {
    for (const [, size] of readFileSync(file, 'utf8').matchAll(/font-size:\s*([^;]+);/g)) {
      const [, number, unit] = /^([\d.]+)(px|em)$/.exec(size) ?? assert.fail(`${file}: ${size}`)
      assert.ok(unit === 'em' ? number >= 0.85 : number >= 18, `${file}: ${size} is too small`)
    }
  }
})

test('parts are styled by class alone, as WeChat wants of components', () => {
  for (const file of filesOf(join(src, 'parts')).filter(name => name.endsWith('.wxss'))) {
    for (const [, selectors] of readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\//g, '').matchAll(/([^{}]+)\{[^}]*\}/g)) {
      for (const one of selectors.split(/[\s,>+~]+/).filter(Boolean)) assert.match(one, /^\.[\w.-]+(::?[\w-]+)?$/, `${file}: ${one}`)
    }
  }
})

test('the package is small, and carries no secret and no foreign address', () => {
  const files = filesOf(src)
  assert.ok(files.reduce((sum, file) => sum + statSync(file).size, 0) < 1.5 * 1024 * 1024)
  for (const file of files) {
    for (const [address] of readFileSync(file, 'utf8').matchAll(/https?:\/\/[\w.]+/g)) assert.equal(address, 'https://cunwu.example.com', file)
  }
  assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved"/)
})
