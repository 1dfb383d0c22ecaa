import { outdated } from './bench/published.ts'
import { outdated as outdatedSteps } from './bench/steps.ts'
import { flatness } from './flat/published.ts'
import { soaked } from './soak/published.ts'

// The page and the chart of the figures are what the raw figures make.
const stale = { bench: [...(await outdated()), ...outdatedSteps()], flat: flatness.outdated(), soak: soaked.outdated() }
for (const [command, files] of Object.entries(stale))
  for (const file of files) {
    console.error(`${file} does not tell what infra/bench/published has: npm run ${command} -- --publish`)
    process.exitCode = 1
  }
