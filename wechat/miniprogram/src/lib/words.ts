/** How times and money are written for people. */
const pad = (n: number) => String(n).padStart(2, '0')

/** The clock of China, whatever the phone's. */
function inChina(text: string): Date {
  return new Date(Date.parse(text) + 8 * 3600_000)
}

/** 3月5日 14:30; with the year where it isn't this one. */
export function when(text: string | null | undefined): string {
  if (!text) return ''
  const t = inChina(text)
  return `${day(text)} ${pad(t.getUTCHours())}:${pad(t.getUTCMinutes())}`
}

/** 3月5日; with the year where it isn't this one. */
export function day(text: string | null | undefined): string {
  if (!text) return ''
  const t = inChina(text)
  const thisYear = inChina(new Date().toISOString()).getUTCFullYear()
  const year = t.getUTCFullYear() === thisYear ? '' : `${t.getUTCFullYear()}年`
  return `${year}${t.getUTCMonth() + 1}月${t.getUTCDate()}日`
}

/** Fen as yuan: 1,234.50元. */
export function yuan(fen: number): string {
  const all = Math.abs(Math.round(fen))
  const whole = String(Math.floor(all / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '-' : ''}${whole}${all % 100 ? '.' + pad(all % 100) : ''}元`
}

/** What to call each role. */
export const roleNames: Record<string, string> = {
  villager: '村民', branch_secretary: '村党支部书记', first_secretary: '第一书记', committee_member: '村委会委员', supervisor: '村务监督委员',
  mediator: '人民调解员', lawyer: '公益律师', grid_worker: '网格员', point_reviewer: '积分评议员', store_keeper: '积分超市管理员',
  township_officer: '镇干部', operator: '系统管理员',
}
