import { type Attributes, metrics, type ObservableGauge } from '@opentelemetry/api'
import { z } from 'zod'
import { route } from './contract.ts'
import type { Routes } from './http.ts'
import { inTime } from './in-time.ts'
import { prometheus } from './prometheus.ts'
import './sdk.ts' // it has to run before the first instrument is made

const meter = metrics.getMeter('pas-de-cinq')
const unobserved = 1_000

/** Buckets for what takes from a millisecond to half a minute, in seconds. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** `GET /metrics`: what this instance has counted since it started, for Prometheus. It leaves no span, and waits for nothing longer than 1 s. */
export const scraped: Routes = {
  'GET /metrics': route({ summary: 'What this instance has counted, for Prometheus', answers: { 200: z.string() } }, async (_, response) =>
    response.type('text/plain; version=0.0.4').send(await prometheus.text()),
  ),
}

/** A counter, and each of the series it can have at 0, so that the first event is an increase too. */
export const counter = (name: string, unit: string, description: string, series: readonly Attributes[]) => {
  const counter = meter.createCounter(name, { unit, description })
  for (const attributes of series) counter.add(0, attributes)
  return (attributes: Attributes = {}) => counter.add(1, attributes)
}

/** A histogram of seconds. */
export const histogram = (name: string, description: string) => {
  const histogram = meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: durations } })
  return (seconds: number, attributes: Attributes) => histogram.record(seconds, attributes)
}

/** A gauge, for `read` to observe. */
export const gauge = (name: string, unit: string, description: string): ObservableGauge =>
  meter.createObservableGauge(name, { unit, description })

type Values<Name extends string> = { readonly [name in Name]?: number | undefined }

/**
 * Reads gauges together when they are asked for, never in between. A gauge for which `read` has no value, since it fails, takes longer than
 * 1 s, or is not for this instance to tell, is missing from that answer.
 */
export const read = <Name extends string>(
  gauges: Readonly<Record<Name, ObservableGauge>>,
  read: () => Promise<Values<Name>> | Values<Name>,
) => {
  const all = Object.entries(gauges) as [Name, ObservableGauge][]
  meter.addBatchObservableCallback(
    async (result) => {
      const values = await inTime(unobserved, async () => read(), late).catch(() => undefined)
      for (const [name, gauge] of all) if (values?.[name] !== undefined) result.observe(gauge, values[name])
    },
    all.map(([, gauge]) => gauge),
  )
}

const late = () => new Error('it took longer than it may')
