import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { lagging } from './lag.ts'
import { log } from './log.ts'

describe('lag', () => {
  let told: string[]
  const tell = (level: string) => (_: object, what: string) => void told.push(`${level}: ${what}`)
  beforeEach(() => {
    told = []
    mock.timers.enable({ apis: ['setInterval'] })
    mock.method(log, 'warn', tell('warn') as never)
    mock.method(log, 'info', tell('info') as never)
  })
  afterEach(() => {
    mock.timers.reset()
    mock.restoreAll()
  })

  it('warns once when an event has waited too long, in the outbox or the queue, and says once that it is over', () => {
    const ages = { outbox: 0, queue: 60 }
    const { lags, stop } = lagging(60, () => ages)
    const now = (change: Partial<typeof ages>) => {
      Object.assign(ages, change)
      mock.timers.tick(5_000)
      return lags()
    }
    assert.equal(now({}), false)
    assert.equal(now({ queue: 61 }), true)
    assert.equal(now({ queue: 100 }), true)
    assert.equal(now({ queue: 0, outbox: 70 }), true)
    assert.equal(now({ outbox: 0 }), false)
    assert.deepEqual(told, ['warn: lags behind', 'info: lags behind no longer'])
    stop()
  })

  it('does not say that it is over while nobody knows', () => {
    const ages = { outbox: 0, queue: undefined as number | undefined }
    const { lags, stop } = lagging(60, () => ages)
    const after = (queue: number | undefined) => {
      ages.queue = queue
      mock.timers.tick(1_000)
      return lags()
    }
    assert.deepEqual([undefined, 61, undefined, 0, undefined].map(after), [false, true, true, false, false])
    stop()
  })
})
