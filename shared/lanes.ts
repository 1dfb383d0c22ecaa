import { type Patience, patiently, rest } from './patiently.ts'

type Waiting<In, Out> = { readonly item: In; readonly resolve: (out: Out) => void; readonly reject: (error: unknown) => void }

const never: Patience = () => false

type Bounds = {
  /** how many may share a batch */
  readonly max: number
  /** whether a fault is a passing one of the ground, and not the batch's own */
  readonly patient?: Patience
  /** whether a fault is everybody's alike: then nobody is tried alone */
  readonly common?: (error: unknown) => boolean
  /** whether more is known to be on its way */
  readonly more?: () => boolean
}

const gathering = { pauses: 5, milliseconds: 20 }

/**
 * A lane: what waits is done together, up to `max` at a time, one batch after the other; at rest a single item goes at once.
 * While there is `more` on its way than can be here yet, a batch gathers for up to 100 ms: nobody waits for that but a backlog.
 * `work` answers its items in their order. A batch that throws is done again one by one, so that what is bad fails alone; when `patient`
 * says that the fault is not the batch's own (the database is away), the same batch is tried again for as long as it takes.
 */
export const lane = <In, Out>(
  work: (items: readonly In[]) => Promise<Out[]>,
  { max, patient = never, common = never, more = () => false }: Bounds,
) => {
  const waiting: Waiting<In, Out>[] = []
  let running = false

  const run = async () => {
    running = true
    while (waiting.length > 0) {
      for (let pause = 0; pause < gathering.pauses && waiting.length < max && more(); pause++) await rest(gathering.milliseconds)
      await settle(waiting.splice(0, max))
    }
    running = false
  }
  const settle = async (batch: Waiting<In, Out>[]): Promise<void> => {
    try {
      const items = batch.map(({ item }) => item)
      const outs = await patiently(() => work(items), patient)
      batch.forEach(({ resolve }, i) => void resolve(outs[i] as Out))
    } catch (error) {
      if (batch.length === 1 || common(error)) for (const { reject } of batch) reject(error)
      else for (const one of batch) await settle([one])
    }
  }
  return (item: In) =>
    new Promise<Out>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!running) void run()
    })
}
