// Files as phones make them.
import { crc32 as sum, deflateSync } from 'node:zlib'

const crc32 = sum ?? (bytes => {
  let c = ~0
  for (const b of bytes) { c ^= b; for (let i = 0; i < 8; i++) c = (c >>> 1) ^ (c & 1 && 0xedb88320) }
  return ~c >>> 0
})

const number = n => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b }

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  return Buffer.concat([number(data.length), body, number(crc32(body))])
}

/** A green PNG. */
export function photo(width = 300, height = 200) {
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from([30, 120, 50]))])
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', Buffer.concat([number(width), number(height), Buffer.from([8, 2, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))), chunk('IEND', Buffer.alloc(0))])
}

/** Three seconds of AMR. */
export function voice() {
  const frame = Buffer.alloc(32, 0x55)
  frame[0] = 0x3c
  return Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: 150 }, () => frame)])
}
