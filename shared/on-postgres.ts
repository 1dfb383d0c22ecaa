import { v7 as newId } from 'uuid'
import { isAway } from './database-faults.ts'
import { claims } from './messaging/idempotency.ts'
import { inbox } from './messaging/inbox.ts'
import { outbox } from './messaging/outbox.ts'

/** The part of its ground that is the same for every service: PostgreSQL, and the system's clock. Ids are in the order of time. */
export const onPostgres = { inbox, outbox, claims, patient: isAway, now: () => new Date(), newId: () => newId() }
