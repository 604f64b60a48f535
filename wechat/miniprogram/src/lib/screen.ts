import { isElder } from './elder'
import { kept } from './session'
import { Card, homeCard } from './share'
import { problemOf } from './transport'

/** What every page shows beside its own. */
export interface Common {
  elder: boolean
  loading: boolean
  busy: boolean
  /** Why nothing, or not all, is shown. */
  problem: string
}

/** What every page can do beside its own. */
export interface Tools<D> {
  data: D & Common
  setData(patch: Partial<D & Common> & Record<string, unknown>, done?: () => void): void
  query: Record<string, string>
  /** Loads anew: after a failure, when the page comes back, and on pulling down. */
  again(): Promise<void>
  /** Does something on the person's word, once at a time; tells what went wrong. */
  act(work: () => Promise<void>): Promise<void>
  /** Opens data-url. */
  go(event: Event): void
  /** Keeps what was typed in the field data-field. */
  typed(event: Event): void
  /** Turns the switch data-field. */
  turn(event: Event): void
  triggerEvent(name: string, detail?: unknown): void
}

/** A tap, or what a field says. */
export interface Event {
  currentTarget: { dataset: Record<string, any> }
  detail: any
}

type Own<D, M> = {
  data: D
  methods: M & Partial<Hooks> & ThisType<Tools<D> & M>
}

/** What a page may bring along. */
interface Hooks {
  /** Asks the server for what the page shows; called whenever the page appears. */
  load(query: Record<string, string>): Promise<void>
  /** Once, before the first load: drafts, the title. */
  opened(query: Record<string, string>): void
  /** The next page of a list. */
  more(): Promise<void>
  share(): Card
  typedInto(field: string): void
}

/** Makes a page. README.md shows how. */
export function screen<D extends object, M extends object>(own: Own<D, M>): void {
  type Self = Tools<D> & Partial<Hooks> & { working?: boolean }
  const page = {
    data: { elder: false, loading: false, busy: false, problem: '', ...own.data },
    methods: {
      onLoad(this: Self, query: Record<string, string>) {
        this.query = decoded(query)
        this.setData({ elder: isElder() } as Partial<D & Common> & Record<string, unknown>)
        this.opened?.(this.query)
      },
      onShow(this: Self) {
        if (this.data.elder !== isElder()) set(this, { elder: isElder() })
        return this.again()
      },
      async onPullDownRefresh(this: Self) {
        await this.again()
        wx.stopPullDownRefresh()
      },
      onReachBottom(this: Self) {
        return this.more ? this.act(() => this.more!()) : undefined
      },
      onShareAppMessage(this: Self) {
        return this.share ? this.share() : homeCard()
      },
      async again(this: Self) {
        if (!this.load) return
        set(this, { loading: true, problem: '' })
        try {
          await this.load(this.query)
        } catch (cause) {
          set(this, { problem: whyNot(cause) })
        }
        set(this, { loading: false })
      },
      async act(this: Self, work: () => Promise<void>) {
        if (this.working) return // a second tap
        this.working = true
        set(this, { busy: true, problem: '' })
        try {
          await work()
        } catch (cause) {
          set(this, { problem: problemOf(cause).detail })
        }
        this.working = false
        set(this, { busy: false })
      },
      go(this: Self, event: Event) {
        return open(event.currentTarget.dataset.url as string)
      },
      typed(this: Self, event: Event) {
        const field = event.currentTarget.dataset.field as string
        set(this, { [field]: event.detail.value })
        this.typedInto?.(field)
      },
      turn(this: Self, event: Event) {
        const field = event.currentTarget.dataset.field as string
        set(this, { [field]: !(this.data as Record<string, unknown>)[field] })
        this.typedInto?.(field)
      },
      ...own.methods,
    },
  }
  Component(page as unknown as WechatMiniprogram.Component.TrivialOption)
}

/** Whoever isn't bound is told how to see what isn't public. */
function whyNot(cause: unknown): string {
  const problem = problemOf(cause)
  const stranger = problem.code === 'forbidden' && !kept()?.person
  return stranger ? '绑定以后才能看这里：请在首页点“我的”，再点“绑定”。' : problem.detail
}

const set = (self: { setData(patch: any): void }, patch: Record<string, unknown>) => self.setData(patch)

/** Opens a page; when ten are open already, in place of this one. */
export function open(url: string): Promise<unknown> {
  return getCurrentPages().length < 10 ? wx.navigateTo({ url }) : wx.redirectTo({ url })
}

/** Asks before what can't be taken back. */
export async function sure(content: string, confirmText = '确定'): Promise<boolean> {
  return (await wx.showModal({ title: '请确认', content, confirmText, cancelText: '再想想' })).confirm
}

export function toast(title: string): void {
  void wx.showToast({ title, icon: 'none', duration: 2500 })
}

function decoded(query: Record<string, string | undefined>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(query ?? {})) {
    try {
      out[name] = decodeURIComponent(value ?? '')
    } catch {
      out[name] = value ?? '' // a link that somebody bent
    }
  }
  return out
}
