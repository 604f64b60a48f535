import type { Poll } from '../../types/api'

export const pollStates: Record<Poll['state'], string> = {
  draft: '草稿', noticed: '还没开始', open: '正在投', closed: '截止了，正在计票', counted: '有结果了', cancelled: '取消了',
}

export const votedBy: Record<Poll['voted_by'], string> = {
  mini: '在小程序里投了', oa: '在公众号里投了', paper: '用纸票投了', phone: '请人代录了', '': '',
}

/** Who only asks for opinions passes nothing. */
export const outcome = (organ: Poll['organ'], passed: boolean): string => (organ === 'consultation' ? '大家的意见' : passed ? '通过' : '没有通过')
