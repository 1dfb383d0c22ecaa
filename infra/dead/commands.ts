import { type DeadLetter, grouped } from '@pas-de-cinq/shared/messaging/dead-letters'
import type { Command } from './arguments.ts'
import type { Desk, Done } from './desk.ts'
import { inEditor, withSet } from './editing.ts'
import { lineOf, listed, plain, shown } from './print.ts'

type Doing = Exclude<Command, { does: 'serve' }>

/** Does what a command line asks for and says what came of it. Resolves to whether all of it was done. */
export const perform = async (command: Doing, services: readonly string[], desk: Desk, jaeger: string | undefined): Promise<boolean> => {
  switch (command.does) {
    case 'list': {
      const { letters, beyond } = await desk.list(services)
      say(...listed(grouped(letters)), ...(letters.length > 0 ? [''] : []))
      say(
        letters.length === 0
          ? 'There are no dead letters.'
          : `${letters.length + beyond} dead letters${beyond ? `; the oldest ${letters.length} were looked at` : ''}`,
      )
      return true
    }
    case 'show': {
      const found = await withId(command, desk)
      for (const letter of found) say(...shown(letter, jaeger), '')
      return found.length > 0
    }
    case 'send':
      return told(await desk.send(command.services, command.choice, { vouched: command.vouched, told: progress() }), 'sent again')
    case 'edit': {
      const [letter, ...others] = await withId(command, desk)
      if (others.length > 0)
        throw new Error(`It is dead in ${[letter, ...others].map((one) => one?.service).join(' and ')}: name one of them.`)
      if (!letter) return false
      const { content } = letter.message
      const edited = command.set.length > 0 ? withSet(content, command.set) : inEditor(content)
      return told(await desk.edit(letter, edited, command.vouched), `edited (${edited.what}) and sent again`)
    }
    case 'discard':
      return told(await desk.discard(command.services, command.choice, command.reason, progress()), 'discarded')
    case 'discarded': {
      const kept = await desk.discarded()
      say(...kept.map(({ service, id, type, at, why }) => [at, service, type, id, why].map((text) => plain(String(text ?? ''))).join('  ')))
      say(`${kept.length} discarded or replaced in the last 30 days`)
      return true
    }
  }
}

const say = (...lines: readonly string[]) => {
  for (const line of lines) console.log(line)
}

const withId = async ({ services, choice: { ids } }: Extract<Command, { does: 'show' | 'edit' }>, desk: Desk): Promise<DeadLetter[]> => {
  const { letters } = await desk.list(services)
  const found = letters.filter(({ id }) => ids.includes(id))
  if (found.length === 0) say(`There is no dead letter ${plain(ids.join())}.`)
  return found
}

const told = ({ sent, doubted, absent }: Done, done: string): boolean => {
  for (const letter of sent.slice(0, 20)) say(`${letter.service}: ${lineOf(letter)}: ${plain(letter.reason)}`)
  if (sent.length > 20) say(`… and ${sent.length - 20} more`)
  for (const [letter, doubt] of doubted) say(`${letter.service}: ${lineOf(letter)}: in doubt: ${doubt}`)
  for (const id of absent) say(`There is no dead letter ${plain(id)}.`)
  if (doubted.length > 0) say('Look at what is in doubt (show), and send it by --vouch, or discard it.')
  const counts = [...Map.groupBy(sent, ({ service }) => service)].map(([service, letters]) => `${letters.length} of ${service}`)
  say(`${sent.length} ${done}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`)
  return doubted.length === 0 && absent.length === 0
}

/** Tells each 1,000 how many it is. */
const progress = () => {
  let count = 0
  return () => void (++count % 1_000 === 0 && console.error(`${count} …`))
}
