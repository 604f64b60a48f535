/** The village's server. It must stand among the mini-program's legal domains (request, uploadFile, downloadFile). */
export const server = 'https://cunwu.example.com'
