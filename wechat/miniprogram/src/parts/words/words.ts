import { dropFile, keepFile, takePictures } from '../../lib/files'
import { privacyAgreed } from '../../lib/privacy'
import { keepDraft } from '../../lib/draft'
import { Attached, isEmpty, wordsOf } from '../../lib/words-draft'

const most = 9
const longest = 60_000 // ms of one voice
const shortest = 800

let recorder: WechatMiniprogram.RecorderManager | null = null

/** Words, voices and pictures of a draft, kept on the phone under its name. */
Component({
  options: { addGlobalClass: true },
  properties: {
    /** The draft's name. */
    name: String,
    placeholder: { type: String, value: '请写在这里，也可以按住说话' },
    /** Counts up when the draft was sent. */
    round: Number,
  },
  data: { text: '', files: [] as Attached[], recording: false, said: '' },
  observers: {
    'name, round'() {
      const { text, files } = wordsOf(this.data.name)
      this.setData({ text, files })
    },
  },
  lifetimes: {
    attached() {
      wx.nextTick(() => this.tell())
    },
    detached() {
      recorder?.stop()
    },
  },
  methods: {
    typed(event: { detail: { value: string } }) {
      this.keep({ text: event.detail.value })
    },
    keep(some: { text?: string; files?: Attached[] }) {
      this.setData(some)
      keepDraft(this.data.name, { text: this.data.text, files: this.data.files })
      this.tell()
    },
    /** Says whether there is anything to send. */
    tell() {
      this.triggerEvent('words', { empty: isEmpty({ text: this.data.text, files: this.data.files }) })
    },
    add(some: Attached[]) {
      this.keep({ files: [...this.data.files, ...some].slice(0, most) })
    },
    drop(event: { currentTarget: { dataset: { path: string } } }) {
      const { path } = event.currentTarget.dataset
      dropFile(path)
      this.keep({ files: this.data.files.filter(file => file.path !== path) })
    },
    async picture() {
      const paths = await takePictures(most - this.data.files.length)
      if (paths.length) this.add(paths.map(path => ({ path, kind: 'picture' })))
    },
    async talk() {
      this.setData({ recording: true, said: '' })
      if (!(await privacyAgreed())) {
        this.setData({ recording: false, said: '没有同意隐私指引，不能录音，可以打字' })
        return
      }
      if (!this.data.recording) return // let go meanwhile
      recorder = wx.getRecorderManager()
      recorder.onStop(voice => this.heard(voice))
      recorder.onError(() => this.setData({ recording: false, said: '没有录上：请在手机设置里允许微信用麦克风' }))
      recorder.start({ format: 'mp3', duration: longest, sampleRate: 16000, numberOfChannels: 1, encodeBitRate: 48000 })
    },
    stop() {
      this.setData({ recording: false })
      recorder?.stop()
    },
    async heard(voice: { tempFilePath: string; duration: number }) {
      recorder = null
      this.setData({ recording: false })
      if (voice.duration < shortest) {
        this.setData({ said: '太短了，请按住说完再松开' })
        return
      }
      this.add([{ path: await keepFile(voice.tempFilePath), kind: 'voice', seconds: Math.round(voice.duration / 1000) }])
    },
  },
})
