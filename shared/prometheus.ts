import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { AggregationTemporality, InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics'

/**
 * Keeps the metrics of this instance until they are asked for; nothing is sent. OpenTelemetry's own exporter for Prometheus would go on telling
 * a gauge that is no longer observed: a leader that has been, for instance, would for ever tell of the outbox.
 */
class Prometheus extends MetricReader {
  readonly #serializer = new PrometheusSerializer('', false, undefined, false, true)

  constructor() {
    super({
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    })
  }

  /** Everything, in Prometheus' text format 0.0.4. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.collect()
    return this.#serializer.serialize(resourceMetrics)
  }

  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

/** The one of this process. */
export const prometheus = new Prometheus()
