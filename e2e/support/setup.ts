import { otlpReceiver } from './receiver.ts'
import { partsIn, startWhole } from './system.ts'

/**
 * The system that all tests share, unless one starts its own: whole, in a private folder, on free ports. Where no Jaeger can be had, its
 * services send their spans to a receiver of the tests' own.
 */
export default async () => {
  const receiver = await otlpReceiver()
  const system = await startWhole([], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
  const jaeger = partsIn(system.folder).jaeger?.url
  console.log(
    jaeger ? `traces are asked from Jaeger, ${jaeger}` : 'no Jaeger can be had here: traces are read by a receiver of the tests’ own',
  )
  process.env['E2E_RUN'] = system.folder
  process.env['E2E_TRACES'] = jaeger ?? receiver.url
  return async () => {
    await system.stop()
    receiver.stop()
  }
}
