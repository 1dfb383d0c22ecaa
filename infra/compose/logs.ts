import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { type Say, sayLogged } from '../native/output.ts'
import type { Compose } from './project.ts'

const prefix = /^([\w-]+)-\d+ +\| (.*)$/

type Wish = { services: readonly string[]; since: Date; told: readonly string[]; tell: Say }

/** Writes what the containers of `services` log from `since` on to `logs/<service>.log`, and tells what the `told` ones do in readable form. */
export const followLogs = ({ follow }: Compose, folder: string, { services, since, told, tell }: Wish) => {
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const sinks = new Map<string, PassThrough>()
  const opened = (service: string) => {
    const sink = new PassThrough()
    sink.pipe(createWriteStream(join(folder, `logs/${service}.log`), { flags: 'a' }))
    if (told.includes(service)) sayLogged(service, sink, tell)
    sinks.set(service, sink)
    return sink
  }
  const stopping = new AbortController()
  const listen = async (from: Date): Promise<void> => {
    const following = follow(['logs', '--follow', '--no-color', '--since', from.toISOString(), ...services], stopping.signal)
    for await (const line of createInterface({ input: following.stdout })) {
      const [, service, text] = prefix.exec(stripVTControlCharacters(line)) ?? []
      if (service) (sinks.get(service) ?? opened(service)).write(`${text}\n`)
    }
    const until = new Date()
    await following
    await delay(1_000, undefined, { signal: stopping.signal }).catch(() => {})
    if (!stopping.signal.aborted) return listen(until)
  }
  const running = listen(since)
  return async () => {
    stopping.abort()
    await running
    for (const sink of sinks.values()) sink.end()
  }
}
