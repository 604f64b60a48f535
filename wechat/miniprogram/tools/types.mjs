// Makes types/api.d.ts of what `server openapi` prints: node tools/types.mjs [--check]
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../types/api.d.ts', import.meta.url))
const repository = fileURLToPath(new URL('../../..', import.meta.url))
const methods = ['get', 'post', 'put', 'delete']

const name = ref => ref.split('/').pop()
const comment = (text, indent) => (text ? `${indent}/** ${text.replaceAll('*/', '* /')} */\n` : '')
const key = text => (/^[A-Za-z_]\w*$/.test(text) ? text : `'${text}'`)

// typeOf is a schema as a type. The document can't say that a reference may be null, so every field
// that refers to an object may.
export function typeOf(schema, indent, field = false) {
  if (schema.$ref) return name(schema.$ref) + (field ? ' | null' : '')
  if (schema.enum) return schema.enum.map(v => JSON.stringify(v).replaceAll('"', "'")).join(' | ') + (schema.type.includes('null') ? ' | null' : '')
  const types = [].concat(schema.type ?? 'unknown')
  return types.map(type => {
    switch (type) {
      case 'integer': return 'number'
      case 'array': return `Array<${typeOf(schema.items, indent)}>`
      case 'object':
        if (schema.properties) return fieldsOf(schema, indent)
        return `Record<string, ${schema.additionalProperties ? typeOf(schema.additionalProperties, indent) : 'unknown'}>`
      case 'string': case 'number': case 'boolean': case 'null': case 'unknown': return type
    }
    throw new Error(`no type for ${JSON.stringify(schema)}`)
  }).join(' | ')
}

function fieldsOf(schema, indent) {
  const required = new Set(schema.required ?? [])
  if (required.size === 0 && !schema.properties) return '{}'
  let out = '{\n'
  for (const [field, of] of Object.entries(schema.properties ?? {}).sort(byName)) {
    out += comment(of.description, indent + '  ')
    out += `${indent}  ${key(field)}${required.has(field) ? '' : '?'}: ${typeOf(of, indent + '  ', true)}\n`
  }
  return `${out}${indent}}`
}

const byName = ([a], [b]) => (a < b ? -1 : 1)

function parametersOf(operation, place) {
  const own = (operation.parameters ?? []).filter(p => p.in === place).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (own.length === 0) return ''
  const optional = own.every(p => !p.required) ? '?' : ''
  return ` ${place}${optional}: { ${own.map(p => `${key(p.name)}${p.required ? '' : '?'}: ${typeOf(p.schema, '')}`).join('; ')} };`
}

function routeOf(operation) {
  const body = operation.requestBody?.content
  const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {}
  let out = '{' + parametersOf(operation, 'path') + parametersOf(operation, 'query')
  if (body?.['application/json']) out += ` body${operation.requestBody.required ? '' : '?'}: ${typeOf(body['application/json'].schema, '  ')};`
  else if (body) out += ' file: string;'
  const kinds = Object.keys(good)
  const file = kinds.some(kind => kind !== 'application/json')
  return `${out} answer: ${file ? 'ArrayBuffer' : kinds.length ? typeOf(good['application/json'].schema, '  ') : 'null'} }`
}

export function typesOf(document) {
  let out = '// Made by tools/types.mjs from `server openapi`; a test compares. Don\'t edit.\n'
  for (const [schema, of] of Object.entries(document.components.schemas).sort(byName)) {
    out += `\n${comment(of.description, '')}export interface ${schema} ${fieldsOf(of, '')}\n`
  }
  out += '\n// Routes are all calls, named by method and path.\nexport interface Routes {\n'
  for (const [path, of] of Object.entries(document.paths).sort(byName)) {
    for (const method of methods.filter(m => of[m])) {
      out += comment(of[method].summary, '  ') + `  '${method.toUpperCase()} ${path}': ${routeOf(of[method])}\n`
    }
  }
  return out + '}\n'
}

export function printed() {
  return JSON.parse(execFileSync('go', ['run', './cmd/server', 'openapi'], { cwd: repository, maxBuffer: 64 << 20 }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = typesOf(process.argv[2]?.endsWith('.json') ? JSON.parse(readFileSync(process.argv[2])) : printed())
  if (process.argv.includes('--check') && readFileSync(file, 'utf8') !== made) {
    console.error('the server\'s document has changed: npm run types')
    process.exit(1)
  }
  writeFileSync(file, made)
}
