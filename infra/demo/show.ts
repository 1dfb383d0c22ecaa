import { styleText } from 'node:util'
import type { State } from '../native/run-folder.ts'
import { type Danced, perform } from './dance.ts'
import { type Dance, dances } from './dances.ts'
import { listen } from './listen.ts'
import { tree } from './tree.ts'

/** Has every kind of order danced, all at once, and prints each dance. Resolves to whether all ended as they should. */
export async function showDances({ parts }: State): Promise<boolean> {
  const orders = parts['order']?.url ?? ''
  const listener = await listen(parts['rabbitmq']?.url ?? '')
  try {
    const performances = dances.map((dance) => perform(dance, orders, listener))
    Promise.all(performances).catch(() => {}) // each is awaited below, in turn
    let well = 0
    for (const [index, dance] of dances.entries()) {
      const danced = await (performances[index] as Promise<Danced>)
      print(index + 1, dance, danced, 'jaeger' in parts)
      if (danced.faults.length === 0) well += 1
    }
    console.log(`\n${well} of ${dances.length} dances ended as they should.`)
    return well === dances.length
  } finally {
    await listener.stop()
  }
}

function print(number: number, { title }: Dance, { events, ending, trace, faults }: Danced, hasTraces: boolean): void {
  const painted = (format: 'bold' | 'green' | 'red' | 'dim', text: string) => styleText(format, text, { stream: process.stdout })
  console.log(`\n${painted('bold', `${number}  ${title}`)}`)
  for (const line of tree(events)) console.log(`   ${line}`)
  console.log(`   ${faults.length === 0 ? painted('green', `✓ ${ending}`) : painted('red', `✗ ${ending}: ${faults.join('; ')}`)}`)
  if (hasTraces) console.log(painted('dim', `   ${trace}`))
}
