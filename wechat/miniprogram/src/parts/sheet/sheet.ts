import { answerPrivacy, whenAsked } from '../../lib/privacy'

let stop: () => void = () => undefined

/** What stands around every page: type size, what went wrong, and WeChat's privacy consent. */
Component({
  options: { addGlobalClass: true },
  properties: {
    elder: Boolean,
    loading: Boolean,
    problem: String,
  },
  data: { asked: false, guide: '用户隐私保护指引' },
  lifetimes: {
    attached() {
      this.watch()
    },
    detached() {
      stop()
    },
  },
  pageLifetimes: {
    show() {
      this.watch()
    },
  },
  methods: {
    /** Only the sheet that is shown asks. */
    watch() {
      stop()
      stop = whenAsked(asked => this.setData({ asked }))
    },
    again() {
      this.triggerEvent('again')
    },
    agree() {
      answerPrivacy(true, 'agree-privacy')
    },
    disagree() {
      answerPrivacy(false, '')
    },
    read() {
      void wx.openPrivacyContract({})
    },
  },
})
