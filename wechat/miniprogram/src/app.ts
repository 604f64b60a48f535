import { watchPrivacy } from './lib/privacy'

App({
  onLaunch() {
    watchPrivacy()
  },
})
