import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Says why a command does not do what it was asked for, and ends it with 2. */
export const refuse = (...lines: readonly string[]): never => {
  console.error(lines.join('\n'))
  process.exit(2)
}

/** What the command line asks for. One that is not known, or lacks its value, is refused in plain words, with the usage if there is one. */
export const optionsOf = <T extends ParseArgsConfig>(config: T, ...usage: readonly string[]): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config)
  } catch (error) {
    return refuse((error as Error).message, ...usage)
  }
}
