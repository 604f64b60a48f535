/** WeChat's privacy consent: a private interface may be used only after the person agreed to the guideline. */
type Resolve = (answer: { event: 'agree' | 'disagree'; buttonId?: string }) => void

let waiting: Resolve[] = []
let listeners: Array<(asked: boolean) => void> = []

/** Has the sheet that is shown ask, whenever WeChat wants consent. */
export function watchPrivacy(): void {
  if (!wx.onNeedPrivacyAuthorization) return // before base library 2.32.3 WeChat asks by itself
  wx.onNeedPrivacyAuthorization(resolve => {
    waiting.push(resolve as unknown as Resolve)
    listeners.forEach(tell => tell(true))
  })
}

/** Called by the sheet; returns how to stop. */
export function whenAsked(tell: (asked: boolean) => void): () => void {
  listeners.push(tell)
  if (waiting.length) tell(true)
  return () => { listeners = listeners.filter(other => other !== tell) }
}

/** What the person said in the sheet. */
export function answerPrivacy(agreed: boolean, buttonId: string): void {
  waiting.forEach(resolve => resolve(agreed ? { event: 'agree', buttonId } : { event: 'disagree' }))
  waiting = []
  listeners.forEach(tell => tell(false))
}

/** Whether a private interface (camera, album, microphone, phone number) may be used now; asks if it must. */
export async function privacyAgreed(): Promise<boolean> {
  if (!wx.requirePrivacyAuthorize) return true
  return new Promise(done => wx.requirePrivacyAuthorize({ success: () => done(true), fail: () => done(false) }))
}
