import { parseArgs } from 'node:util'
import type { Choice } from '@pas-de-cinq/shared/messaging/dead-letters'

export type Command =
  | { readonly does: 'list' | 'discarded' }
  | { readonly does: 'serve'; readonly port: number }
  | ({ readonly does: 'show' } & Where)
  | ({ readonly does: 'send'; readonly vouched: boolean } & Where)
  | ({ readonly does: 'edit'; readonly set: readonly string[]; readonly vouched: boolean } & Where)
  | ({ readonly does: 'discard'; readonly reason: string } & Where)
type Where = { readonly services: readonly string[]; readonly choice: Choice }

export const usage = `npm run dead                                               lists the dead letters, by service and cause
npm run dead -- show <event id>                            all that is known of one
npm run dead -- send [service] <event id …|--cause …|--all>  sends them again, to their own service alone
npm run dead -- edit <event id> [--set data.x=1 …]         edits one, with $EDITOR unless by --set, and sends it
npm run dead -- discard [service] <event id …|--cause …|--all> --reason <why>
npm run dead -- discarded                                  what was discarded or replaced in the last 30 days
npm run dead -- serve [--port 3006]                        the same over HTTP, on 127.0.0.1

  --vouch   sends also what is in doubt: look at it before`

/** What a command line asks for. @throws with what is wrong with it */
export const commandOf = (args: readonly string[], services: readonly string[]): Command => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      cause: { type: 'string' },
      all: { type: 'boolean', default: false },
      reason: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      vouch: { type: 'boolean', default: false },
      port: { type: 'string', default: '3006' },
    },
  })
  const [does = 'list', ...words] = positionals
  const named = words.filter((word) => services.includes(word))
  const { cause, all, vouch: vouched, reason, set } = values
  const choice = { ids: words.filter((word) => !services.includes(word)), cause, all }
  const where = { services: named.length > 0 ? named : services, choice }
  const ways = [choice.ids.length > 0, cause !== undefined, all].filter(Boolean).length
  switch (does) {
    case 'list':
    case 'discarded':
      return { does }
    case 'serve':
      return { does, port: Number(values.port) }
    case 'show':
    case 'edit':
      if (choice.ids.length !== 1 || ways !== 1) throw new Error(`${does} which one? Give one event id.`)
      return does === 'show' ? { does, ...where } : { does, ...where, set, vouched }
    case 'send':
    case 'discard':
      if (ways !== 1) throw new Error(`${does} which ones? Give event ids, or --cause, or --all.`)
      if (does === 'send') return { does, ...where, vouched }
      if (!reason) throw new Error('Discard them why? Give a --reason.')
      return { does, ...where, reason }
    default:
      throw new Error(`There is no ${does}.`)
  }
}
