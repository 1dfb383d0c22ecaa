import { optionsOf, refuse } from '../options.ts'
import { secondsIn } from './arrivals.ts'
import { mixed, usualMix } from './mix.ts'
import type { Load } from './run.ts'

/** The load that the words of a command line ask for. What cannot be understood is told in a line, and ends the command with 2. */
export const wantedLoad = (usual: { readonly rate: string; readonly for: string }, args = process.argv.slice(2)): Load => {
  const { values } = optionsOf({
    args,
    options: {
      rate: { type: 'string', default: usual.rate },
      for: { type: 'string', default: usual.for },
      mix: { type: 'string', default: usualMix },
    },
  })
  try {
    const perSecond = Number(values.rate)
    if (!(perSecond > 0 && perSecond <= 10_000)) throw new Error(`--rate ${values.rate}? It is orders per second, up to 10000.`)
    return { perSecond, seconds: secondsIn(values.for), kinds: mixed(values.mix) }
  } catch (error) {
    return refuse((error as Error).message)
  }
}
