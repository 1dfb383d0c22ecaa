import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { styleText } from 'node:util'
import { prettyFactory } from 'pino-pretty'

export type Say = (part: string, line: string) => void

const colours = ['cyan', 'yellow', 'green', 'magenta', 'blue'] as const
const seen: string[] = []

const hasColours = (): boolean => styleText('bold', 'x', { stream: process.stdout }) !== 'x'

/** Says a line of a part: its name before it, in a colour of its own where there are colours. */
export const say: Say = (part, line) => {
  if (!seen.includes(part)) seen.push(part)
  const colour = colours[seen.indexOf(part) % colours.length] ?? 'white'
  process.stdout.write(`${styleText(colour, part.padEnd(10), { stream: process.stdout })} ${line}\n`)
}

const pretty = prettyFactory({
  colorize: hasColours(),
  singleLine: true,
  translateTime: 'SYS:HH:MM:ss.l',
  ignore: 'pid,hostname,service,traceId,spanId,eventId,type,outcome,said', // the message says the rest, the log file all of it
  customPrettifiers: { time: (time) => String(time) },
})

/** Says what a service logs: its JSON in readable form, a line each (an error's stack below it), and anything else as it is. */
export function sayLogged(part: string, lines: Readable, tell: Say): void {
  createInterface({ input: lines }).on('line', (line) => {
    const readable = line.startsWith('{') ? (pretty(line) ?? line) : line
    for (const row of readable.trimEnd().split('\n')) tell(part, row)
  })
}

/** An address as it may be shown: without who logs in there, and how. */
export const shown = (url: unknown): string => String(url).replace(/\/\/.*@/, '//')
