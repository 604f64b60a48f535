import type { DisputeView, Party, Word } from '../../types/api'

/** How each part in a dispute is called. */
export const partNames: Record<Word['part'], string> = { applicant: '甲方', respondent: '乙方', mediator: '调解员', lawyer: '律师', township: '镇司法所' }

export const partyStates: Record<Party['state'], string> = { asked: '还没答复', joined: '参加', refused: '不参加' }

export const promiseStates = { due: '还没到说的时候', kept: '做到了', broken: '没做到', assumed: '没人说没做到，算做到了' }

export const forms = { signed: '在小程序里签名', ink: '在纸上用笔签名', oral: '口头协议' }

/** What each kind of dispute is about. */
export const kindHelp: Record<string, string> = {
  婚姻家庭: '夫妻、赡养、抚养、彩礼', 继承: '遗产怎么分', 邻里: '墙、水沟、过道、采光、吵闹', 房屋宅基地: '房子、院子、地界、租房', 损害赔偿: '打伤人、弄坏东西、狗咬人',
  合同: '借钱、买卖、包工', 山林土地承包: '承包地、山林、流转', 征地拆迁: '乡亲之间怎么分、怎么搬', 劳动争议: '欠工资、工伤', 村务管理: '村里办事的争议', 环境: '污水、臭气、垃圾',
  交通事故: '撞车、撞人的赔偿', 医患: '看病引起的', 物业: '物业费、小区的事', 其他: '说不清是哪一类的',
}

/** Whether somebody may be in danger: before anything else the police. */
export const dangerLine = '有人打人、有人身危险，请先打110。这里不是报警电话。'

/** A party that this phone's person is, or is guardian of, and that takes part. */
export const takesPart = (v: DisputeView): boolean => v.parties.some(p => p.mine && p.state === 'joined')

/** The agreement waits for this person's own signature. */
export function toSign(v: DisputeView, me: string): boolean {
  const a = v.agreement
  if (!a || a.effective_at || a.form !== 'signed' || v.state !== 'mediating') return false
  const signed = (part: string, name: string) => a.signatures.some(s => s.part === part && s.name === name)
  if (v.part === 'applicant' || v.part === 'respondent') return takesPart(v) && !signed(v.part, me)
  const joined = v.parties.filter(p => p.state === 'joined')
  return (v.part === 'mediator' || v.part === 'township') && joined.every(p => signed(p.side, p.guardian || p.name))
}
