import { outdated } from './bench/published.ts'

// The page and the chart of the figures are what the raw figures make.
for (const file of await outdated()) {
  console.error(`${file} does not tell what infra/bench/published/figures.json has: npm run bench -- --publish`)
  process.exitCode = 1
}
