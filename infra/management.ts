/** RabbitMQ's management API, as who is named in the url. @throws with its answer when it refuses */
export const management = (url: string) => {
  const { username, password, origin } = new URL(url)
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
  return async <T = unknown>(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> => {
    const headers = { authorization, 'content-type': 'application/json' }
    const response = await fetch(`${origin}/api/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`RabbitMQ's management refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 200 ? await response.json() : undefined) as T
  }
}
