// Compiles src/ to dist/, as the developer tools do, for the tests.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  execFileSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', root], { stdio: 'inherit' })
  cpSync(join(root, 'src'), join(root, 'dist'), { recursive: true, filter: path => !path.endsWith('.ts') })
  return join(root, 'dist')
}

/** All files below a folder. */
export function filesOf(folder) {
  return readdirSync(folder, { recursive: true }).map(name => join(folder, name)).filter(path => statSync(path).isFile())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
