import { randomUUID } from 'node:crypto'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { v7 } from 'uuid'
import { z } from 'zod'
import { asking, choreography } from '../choreography.ts'
import type { Sql } from '../database.ts'
import { says } from '../events.ts'
import type { Ground } from '../ground.ts'
import type { Event } from '../messaging/envelope.ts'
import { onPostgres } from '../on-postgres.ts'
import { ordersOf, type Store } from '../store.ts'
import type { Plumbed } from './database.ts'

/** A service that counts, and so shows what is lost and what is done twice: one point per game won, a prize for every third. */
export type Points = { readonly points: number }
type Umpire = { check: (event: object, state: Points) => Promise<string> }

const Game = z.object({ orderId: z.uuid() })
export const gameEvents = says('game', { 'game.won': Game, 'game.checked': Game })
const pointsEvents = says('points', { 'points.prized': z.object({ orderId: z.uuid(), note: z.string() }) })

const prize = ({ points }: Points, { data: { orderId } }: { data: { orderId: string } }, note?: string) =>
  points % 3 === 0 ? [{ type: 'points.prized' as const, data: { orderId, note: note ?? '' } }] : []

export const points = choreography(
  {
    says: pointsEvents,
    hears: gameEvents,
    initial: { points: 0 },
    evolve: (state: Points, event) => (event.type === 'points.prized' ? state : { points: state.points + 1 }),
    asks: asking<Umpire>(),
  },
  ({ when, on }) => [
    when('game.won', { decide: prize, says: ['points.prized'] }),
    when('game.checked', { ask: 'check', decide: prize, says: ['points.prized'] }),
    on('POST /prizes', {
      decide: (_, { orderId }: { orderId: string }) => [{ type: 'points.prized', data: { orderId, note: 'by hand' } }],
      says: ['points.prized'],
    }),
  ],
)

export const pointsTable = 'create table points (subject text primary key, points int not null check (points < 1000000))'

export const pointsStore: Store<Sql, Points> = {
  async load(db, cues) {
    const rows = await db.$queryRawUnsafe<{ subject: string; points: number }[]>(
      'select subject, points from points where subject = any($1::text[])',
      ordersOf(cues),
    )
    return new Map(rows.map((row) => [row.subject, { points: row.points }]))
  },
  async save(tx, states, happened) {
    const subjects = ordersOf(happened)
    const values = subjects.map((subject) => states.get(subject)?.points ?? 0)
    const sql =
      'insert into points select * from unnest($1::text[], $2::int[]) on conflict (subject) do update set points = excluded.points'
    await tx.$executeRawUnsafe(sql, subjects, values)
  },
}

/** The ground of one instance of that service; every transaction is counted. */
export const toyGround = (db: Plumbed, more: Partial<Ground<Sql, Points>> = {}) => {
  const counted = { transactions: 0 }
  const ground: Ground<Sql, Points> = {
    ...onPostgres,
    name: 'points',
    choreography: points,
    db,
    store: pointsStore,
    asks: {},
    asksAtOnce: 16,
    transact: (work) => {
      counted.transactions++
      return db.transact(work)
    },
    spoken: () => {},
    ...more,
  }
  return { ground, counted }
}

export const won = (orderId: string = randomUUID(), type: 'game.won' | 'game.checked' = 'game.won'): Event => ({
  specversion: '1.0',
  id: v7(),
  type,
  source: '/services/game',
  subject: orderId,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: `urn:pas-de-cinq:${type}:1`,
  correlationid: orderId,
  data: { orderId },
})

export const heard = (event: Event) => ({ event, at: ROOT_CONTEXT })
