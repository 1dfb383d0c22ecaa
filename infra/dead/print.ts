import { stripVTControlCharacters, styleText } from 'node:util'
import { causeOf, type DeadLetter, type Group } from '@pas-de-cinq/shared/messaging/dead-letters'
import { fieldsOf } from '@pas-de-cinq/shared/messaging/edit'

const shownOf = 5

const painted = (format: 'bold' | 'dim' | 'red', text: string) => styleText(format, text, { stream: process.stdout })

/** A text of somebody else's as a terminal may be shown it, on one line: it cannot move the cursor, nor colour anything. */
export const plain = (text: string) => stripVTControlCharacters(text).replace(/\p{Cc}/gu, ' ')

/** The groups, a heading each, with the letters that have waited longest below it. */
export const listed = (groups: readonly Group[]): string[] =>
  groups.flatMap(({ service, cause, letters }) => [
    '',
    `${painted('bold', `${service}: ${letters.length}`)}  ${painted('red', plain(cause))}`,
    ...letters.slice(0, shownOf).map((letter) => `  ${lineOf(letter)}`),
    ...(letters.length > shownOf ? [`  … and ${letters.length - shownOf} more`] : []),
  ])

/** A letter in a line. */
export const lineOf = ({ id, type, subject, diedAt }: DeadLetter) =>
  [plain(id), plain(type) || 'of no type', ...(subject ? [`of order ${plain(subject)}`] : []), ...(diedAt ? [when(diedAt)] : [])].join('  ')

/** All that is known of a letter. `jaeger` is the address of its page, where there is one. */
export const shown = (letter: DeadLetter, jaeger: string | undefined): string[] => {
  const { service, reason, attempts, diedAt, history, traceId, stack, message } = letter
  const rows: [string, string][] = [
    ['service', service],
    ['event', `${letter.type} ${letter.id}`],
    ['order', letter.subject],
    ['cause', causeOf(reason)],
    ['reason', reason],
    ['attempts', String(attempts)],
    ['died', diedAt?.toISOString() ?? ''],
    ['trace', jaeger && traceId ? `${jaeger}/trace/${traceId}` : (traceId ?? '')],
  ]
  const event = fieldsOf(message.content)
  return [
    ...rows.filter(([, value]) => value).map(([name, value]) => `${painted('dim', name.padEnd(10))}${plain(value)}`),
    ...below('history', history),
    ...below('envelope', event ? JSON.stringify(event, null, 2).split('\n') : ['(no JSON)', message.content.toString()]),
    ...below('stack', stack.split('\n').filter(Boolean)),
  ]
}

const below = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', painted('dim', title), ...lines.map((line) => `  ${plain(line)}`)]
const when = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ')
