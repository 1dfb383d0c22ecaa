import { startWhole } from './system.ts'

/** The system that all tests share, unless one starts its own: whole, in a private folder, on free ports. */
export default async () => {
  const system = await startWhole()
  process.env['E2E_RUN'] = system.folder
  return system.stop
}
