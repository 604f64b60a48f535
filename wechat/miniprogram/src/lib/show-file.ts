import { fetchFile } from './call'
import { open } from './screen'

let playing: WechatMiniprogram.InnerAudioContext | null = null

/** Shows a picture, plays a voice or opens a document of the server. */
export async function showFile(path: string): Promise<void> {
  const file = await fetchFile(path)
  if (file.type.startsWith('image/')) {
    await wx.previewImage({ urls: [file.path] })
  } else if (file.type.startsWith('audio/')) {
    playing?.destroy()
    playing = wx.createInnerAudioContext()
    playing.src = file.path
    playing.play()
  } else {
    await wx.openDocument({ filePath: file.path, showMenu: true })
  }
}

/** The page of a case, of which everything about the case is asked. */
export const openCase = (id: string) => open(`/pages/case/case?id=${encodeURIComponent(id)}`)
