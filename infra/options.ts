import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What the command line asks for. One that is not known, or lacks its value, is told in plain words, and ends the command with 2. */
export const optionsOf = <T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config)
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}
