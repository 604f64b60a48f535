/** Share cards show nothing that is somebody's own: they lead to the first page, or to what is public. */
export interface Card {
  title: string
  path: string
}

export const homeCard = (): Card => ({ title: '村务：看公开、提问题、投票', path: '/pages/home/home' })

export const disclosureCard = (title: string, id: string): Card =>
  ({ title, path: `/pages/disclosure/disclosure?id=${encodeURIComponent(id)}` })
