import { setTimeout as delay } from 'node:timers/promises'
import { stopEpmd } from './rabbitmq.ts'
import { rabbitmqPrograms } from './rabbitmq-programs.ts'
import { isSame, type State } from './run-folder.ts'

/** Ends what a supervisor that was killed has left running: orderly, then after 8 s by force. Touches no process but those that `state.json` names. */
export async function endOrphans({ parts }: State): Promise<void> {
  const orphans = () => Object.entries(parts).filter(([, part]) => isSame(part))
  for (const [name, { pid }] of orphans()) process.kill(pid as number, name === 'postgres' ? 'SIGINT' : 'SIGTERM')
  for (const deadline = Date.now() + 8000; orphans().length > 0 && Date.now() < deadline; ) await delay(50)
  for (const [, { pid }] of orphans()) process.kill(pid as number, 'SIGKILL')
  while (orphans().length > 0) await delay(50)
  const epmd = parts['rabbitmq']?.['epmd']
  if (epmd) await stopEpmd({ ...process.env, ...(await rabbitmqPrograms(() => {})).env, ERL_EPMD_PORT: String(epmd) })
}
