import { call, upload } from './call'
import { draftOf, dropDraft, keepDraft } from './draft'
import { dropFile } from './files'

/** A picture or a voice of a draft; with an id once the server has it. */
export interface Attached {
  path: string
  kind: 'picture' | 'voice'
  seconds?: number
  id?: string
}

export interface WordsDraft {
  text: string
  files: Attached[]
}

export const wordsOf = (name: string): WordsDraft => draftOf<WordsDraft>(name) ?? { text: '', files: [] }

export const isEmpty = (words: WordsDraft) => words.text.trim() === '' && words.files.length === 0

/** What a draft says, its files sent. Each file is sent once, however often the person must try. */
export async function wordsToSend(name: string): Promise<{ text: string; upload_ids: string[] }> {
  const words = wordsOf(name)
  for (const file of words.files) {
    if (file.id) continue
    file.id = await upload(file.path)
    keepDraft(name, words)
  }
  return { text: words.text.trim(), upload_ids: words.files.map(file => file.id!) }
}

/** The words were taken: nothing of them stays. */
export function wordsSent(name: string): void {
  wordsOf(name).files.forEach(file => dropFile(file.path))
  dropDraft(name)
}

/** Says more in a case. */
export async function sayInCase(id: string, name: string): Promise<void> {
  await call('POST /cases/{id}/messages', { path: { id }, body: await wordsToSend(name) })
  wordsSent(name)
}
