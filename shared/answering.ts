import { createRequire } from 'node:module'
import { application, opened, type Route, type Routes } from './http.ts'
import { documented } from './openapi.ts'
import { bounded } from './overload.ts'
import { type HttpServer, serving } from './server.ts'
import { shedding } from './shedding.ts'

type Answering = {
  readonly name: string
  /** the service's own module; its package.json, which lies beside it, has the version */
  readonly at: string
  /** 503 until the service is `open`; those that `begin` something new, while the outbox `isFull` as well */
  readonly routes: Routes
  readonly begin: readonly Route[]
  readonly spared: readonly Route[]
  /** what tells of the service: it always answers, and is never refused */
  readonly watched: Routes
  readonly requests: number
  readonly open: () => boolean
  readonly isFull: () => boolean
}

/** A service's HTTP: its routes, documented, of which no more than so many `requests` are under way. */
export const answering = ({ name, at, routes, begin, spared, watched, requests, open, isFull }: Answering): HttpServer => {
  const gate = bounded({ atOnce: requests, watched: Object.keys(watched) as Route[], spared, begin })
  const all = { ...opened(shedding(routes, begin, isFull), open), ...watched }
  return serving(application(documented({ title: name, version: versionOf(at) }, all), gate))
}

const versionOf = (module: string): string => createRequire(module)('./package.json').version
