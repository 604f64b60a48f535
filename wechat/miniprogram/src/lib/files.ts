import { privacyAgreed } from './privacy'
import { toast } from './screen'

const large = 400_000 // bytes; smaller pictures go as they are
const width = 1600 // pixels; a bill stays legible

/** Pictures from the camera or the album, made small enough for a weak network. */
export async function takePictures(most: number): Promise<string[]> {
  if (!(await privacyAgreed())) {
    toast('没有同意隐私指引，不能用相机和相册，可以打字')
    return []
  }
  const { tempFiles } = await wx.chooseMedia({ count: most, mediaType: ['image'], sizeType: ['compressed'], sourceType: ['camera', 'album'] })
    .catch(() => ({ tempFiles: [] as WechatMiniprogram.MediaFile[] })) // the person thought better of it
  return Promise.all(tempFiles.map(async file => keepFile(file.size > large ? await shrink(file.tempFilePath) : file.tempFilePath)))
}

async function shrink(src: string): Promise<string> {
  try {
    return (await wx.compressImage({ src, quality: 70, compressedWidth: width })).tempFilePath
  } catch {
    return src // an old phone: it goes as it is
  }
}

/** Keeps a temporary file for a draft, which WeChat would throw away. */
export function keepFile(tempFilePath: string): Promise<string> {
  return new Promise(done => wx.getFileSystemManager().saveFile({
    tempFilePath, success: kept => done(kept.savedFilePath), fail: () => done(tempFilePath),
  }))
}

export function dropFile(filePath: string): void {
  wx.getFileSystemManager().unlink({ filePath, fail: () => undefined })
}
