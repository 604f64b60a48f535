// Pictures of pages, to look at: CUNWU_DEMO=… node test/look.mjs FOLDER PERSON PAGE[?QUERY]… (--elder first for the elder view)
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, filesOf } from '../tools/build.mjs'
import { Phone } from './phone.mjs'
import { Village } from './village.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const tags = 'view|text|button|input|textarea|image|picker|switch|block'

/** WXSS as a browser understands it. */
function css() {
  const own = filesOf(dist).filter(name => name.endsWith('.wxss')).map(name => readFileSync(name, 'utf8')).join('\n')
  return `wx-view, wx-button, wx-input, wx-textarea, wx-picker { display: block } wx-text { display: inline } wx-button { text-align: center }
    body { margin: 0; font-family: sans-serif } wx-image { display: inline-block; background: #ccd }
    ${own.replace(new RegExp(`(^|[\\s,}>])(${tags})(?=[.\\s,{[:])`, 'gm'), '$1wx-$2').replace(/(^|\s)page(?=\s*\{)/g, '$1body').replace(/\[disabled\]/g, '[data-disabled="true"]')}`
}

const markup = page => page.html.replace(/class="([^"]*)"/g, (_, names) => `class="${names.replaceAll(/[\w-]+--/g, '')}"`)

const [folder, person, ...pages] = process.argv.slice(2)
build()
mkdirSync(folder, { recursive: true })
const phone = new Phone(await Village.open(), person)
for (const url of pages) {
  if (url === '--elder') { phone.storage.set('elder', true); continue }
  const page = await phone.open(`/pages/${url.replace(/^(\w+)/, '$1/$1')}`)
  for (const element of page.elements(e => 'disabled' in (e.__wxElement.dataset ?? {}))) element.setAttribute('data-disabled', String(Boolean(element.__wxElement.dataset.disabled)))
  for (const element of page.elements(e => ['WX-INPUT', 'WX-TEXTAREA'].includes(e.tagName))) element.textContent = element.__wxElement.dataset.value ?? ''
  const name = join(folder, `${person}-${url.replace(/\W.*/, '')}${phone.storage.get('elder') ? '-elder' : ''}`)
  writeFileSync(`${name}.html`, `<!doctype html><meta charset="utf-8"><style>${css()}</style>${markup(page)}`)
  execFileSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--window-size=390,1100', `--screenshot=${name}.png`, `${name}.html`], { stdio: 'ignore' })
}
process.exit(0)
