import { connect } from 'node:net'

/** Whether that address answers with a 2xx within 2 s. */
export const answersHttp = async (url: string): Promise<boolean> => {
  const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(2000) }).catch(() => undefined)
  await response?.body?.cancel()
  return response?.ok ?? false
}

/** Whether somebody listens on that port of this machine. */
export const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
