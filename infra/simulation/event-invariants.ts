import type { Event } from '@pas-de-cinq/shared/messaging/envelope'
import { heardBy } from '@pas-de-cinq/shared/messaging/topology'
import type { Broker } from './broker.ts'
import type { Cast } from './cast.ts'

/** Every event that was published was committed, and every one that was committed published; and each took effect once in each who hears it. */
export const ofEvents = ({ parts }: Cast, { published }: Broker): string[] => {
  const said = new Map<string, Event>()
  for (const { name, ledger } of parts)
    for (const event of ledger.rows.values()) if (event.source === `/services/${name}`) said.set(event.id, event)
  const effects = parts.flatMap(({ name, choreography, ledger }) => {
    const heard = new Set(heardBy(choreography))
    const times = Map.groupBy(ledger.rows.values(), ({ id }) => id)
    return [...said.values()]
      .filter(({ type, id }) => heard.has(type) && times.get(id)?.length !== 1)
      .map(({ type, subject, id }) => `${type} of ${subject} took effect ${times.get(id)?.length ?? 0} times in ${name}`)
  })
  const facts = Map.groupBy(
    said.values(),
    ({ type, subject, data }) => `${type} of ${subject} ${(data as { occasion?: string }).occasion ?? ''}`,
  )
  return [
    ...[...facts].filter(([, times]) => times.length > 1).map(([fact, times]) => `${fact} was said ${times.length} times`),
    ...[...published].filter(([id]) => !said.has(id)).map(([, type]) => `${type} was published, and never committed`),
    ...[...said.values()]
      .filter(({ id }) => !published.has(id))
      .map(({ type, subject }) => `${type} of ${subject} was committed, and never published`),
    ...effects,
  ]
}

/** What a service has said of an order was published in the order in which it was committed. */
export const ofTurns = ({ parts }: Cast, { published }: Broker): string[] => {
  const turn = new Map([...published.keys()].map((id, nr) => [id, nr]))
  return parts.flatMap(({ name, ledger }) => {
    const said = ledger.rows.values().filter(({ source }) => source === `/services/${name}`)
    return [...Map.groupBy(said, ({ subject }) => subject).values()].flatMap((events) =>
      events.flatMap(({ id, type, subject }, nr) => {
        const before = events[nr - 1]
        const overtook = before && Number(turn.get(id)) < Number(turn.get(before.id))
        return overtook ? [`${type} of ${subject} was published before ${before.type}`] : []
      }),
    )
  })
}
