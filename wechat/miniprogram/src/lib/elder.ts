/** The elder view: bigger type on every page, kept on this phone. */
const place = 'elder'

export const isElder = (): boolean => wx.getStorageSync(place) === true

export function setElder(on: boolean): void {
  wx.setStorageSync(place, on)
}
