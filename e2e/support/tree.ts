import { isDeepStrictEqual } from 'node:util'
import { choreographies } from '../../infra/choreographies.ts'
import { type Service, services } from './services.ts'
import type { Span } from './traces.ts'

const kinds = ['client', 'producer', 'internal', 'consumer']
const told = [
  'event.attempt',
  'event.retry_reason',
  'event.duplicate',
  'event.dead_letter',
  'bank.answer',
  'email.occasion',
  'reaction.says',
  'reaction.reason',
  'reaction.state',
  'compensation',
  'compensates',
  'cut_short_by',
  'order.ending',
  'error.type',
]

/**
 * The trace of one order as lines for a person: who did what, of which kind, and what came of it; times and ids are left out. Siblings stand in
 * the order of the services and of their tables. Which cue of a join comes last is a race: so what it leads to is drawn once, under "the last cue".
 */
export const treeOf = async (spans: readonly Span[]): Promise<string[]> => {
  const tables = await choreographies()
  const rowOf = ({ service, name }: Span) => tables[service]?.reactions.find(({ when }) => name === `process ${when}`)
  const says = (service: string) => Object.keys(tables[service]?.says ?? {})
  const rank = (span: Span) => [
    kinds.indexOf(span.kind),
    services.indexOf(span.service as Service),
    says(span.service).indexOf(span.name.replace('publish ', '')),
    Number(span.attributes['event.attempt'] ?? 0),
  ]
  const below = (parent: Span | undefined) => spans.filter((span) => span.parent === parent).sort(inTheOrderOf(rank))
  const together = (last: Span, cue: Span) =>
    cue.service === last.service && cue.name !== last.name && isDeepStrictEqual(rowOf(cue)?.says, rowOf(last)?.says)
  const joins = spans
    .map((last) => ({ last, waited: spans.filter((cue) => isLinked(last, cue) && together(last, cue)) }))
    .filter(({ waited }) => waited.length > 0)
  const cues = new Set(joins.flatMap(({ last, waited }) => [last, ...waited]))

  const branch = (span: Span, depth: number): string[] => {
    if (cues.has(span)) return [line(span, depth, [`a cue of ${rowOf(span)?.says.join(' or ')}`])]
    return [line(span, depth, [...accountOf(span), ...linksOf(span, spans)]), ...below(span).flatMap((child) => branch(child, depth + 1))]
  }
  const join = ({ last, waited }: (typeof joins)[number]): string[] => {
    const names = [last, ...waited].map(({ name }) => name.replace('process ', '')).sort()
    const earlier = [...new Set(waited.map((cue) => line({ ...cue, name: 'the cues before it' }, 0, accountOf(cue))))]
    return [
      '',
      `The last cue, whichever of ${names.join(', ')} it is, links to those before it:`,
      ...earlier,
      line({ ...last, name: 'the last cue' }, 0, accountOf(last)),
      ...below(last).flatMap((child) => branch(child, 1)),
    ]
  }
  return [...below(undefined).flatMap((root) => branch(root, 0)), ...joins.flatMap(join)]
}

const line = ({ service, name, kind }: Span, depth: number, account: readonly string[]) =>
  `${service.padEnd(11)}${('  '.repeat(depth) + name).padEnd(46)}${kind.padEnd(10)}${account.join(' · ')}`.trimEnd()

const accountOf = ({ attributes, failed, message, events }: Span): string[] => [
  ...(failed ? [`ERROR ${message}`] : []),
  ...told
    .filter((key) => attributes[key] !== undefined && (failed || key !== 'event.attempt' || attributes[key] !== 1))
    .map((key) => `${key}=${attributes[key]}`),
  ...events.filter((name) => name !== 'exception' && name !== 'transaction').map((name) => `(${name})`),
]

const linksOf = (span: Span, spans: readonly Span[]): string[] => {
  const within = spans.filter((other) => other !== span.parent && isLinked(span, other))
  const names = within.map(
    ({ name, attributes }) => `${name}${Number(attributes['event.attempt']) > 1 ? ` (attempt ${attributes['event.attempt']})` : ''}`,
  )
  if (span.links.some(({ traceId }) => traceId !== span.traceId)) names.push('a span of another trace')
  return names.length > 0 ? [`links to ${names.sort().join(', ')}`] : []
}

const isLinked = (from: Span, to: Span) => from.parent !== to && from.links.some(({ spanId }) => spanId === to.id)

const inTheOrderOf =
  <T>(rank: (item: T) => readonly number[]) =>
  (a: T, b: T) =>
    rank(a).reduce((order, value, i) => order || value - (rank(b)[i] ?? 0), 0)
