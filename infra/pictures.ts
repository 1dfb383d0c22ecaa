import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { browser } from './browser.ts'
import { wholeSystem } from './native/whole.ts'
import { optionsOf } from './options.ts'
import { danceForPictures } from './pictures/dance.ts'
import { takePictures } from './pictures/take.ts'

// npm run pictures: beside a running system, the pictures that README shows, taken of Jaeger's own page. `-- --into <folder>` puts them elsewhere.
const shown = fileURLToPath(new URL('pictures', import.meta.url))
const { into } = optionsOf({ options: { into: { type: 'string', default: shown } } }).values
const { parts } = await wholeSystem()
const jaeger = parts['jaeger']?.url

if (jaeger && (await hasPage(jaeger))) await take(jaeger).catch(fail)
else console.log(`${jaeger ? 'This Jaeger has no page' : 'There is no Jaeger'} to take pictures of: they stay as they are.`)

async function take(jaeger: string): Promise<void> {
  const options = await browser(console.log)
  const traces = await danceForPictures(parts)
  mkdirSync(into, { recursive: true })
  for (const file of await takePictures(options, jaeger, traces, into)) console.log(file)
}

// one that was built without its page shows another in its place
async function hasPage(jaeger: string): Promise<boolean> {
  return (await (await fetch(jaeger)).text()).includes('jaeger-ui-root')
}

function fail({ message }: Error): void {
  console.error(message)
  process.exitCode = 1
}
