import type { State } from '../native/run-folder.ts'
import { figures } from './figures.ts'
import { type Report, reportOf } from './report.ts'
import { type Load, loaded } from './run.ts'
import { screen } from './screen.ts'

/** Puts a system under a load, shows live how that goes, and resolves to what came of it. Ctrl-C has no more orders come. */
export const underLoad = async (system: State, load: Load): Promise<Report> => {
  const enough = new AbortController()
  process.once('SIGINT', () => enough.abort())
  const show = screen()
  const came = await loaded(system, load, (...now) => show(figures(...now)), enough.signal)
  show(figures(came.book, came.turned, 0))
  return reportOf(came, load)
}
