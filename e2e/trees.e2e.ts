import { expect, test } from '@playwright/test'
import { dances } from '../infra/demo/dances.ts'
import { drawn, filesThere, page, read, trees } from './support/trees.ts'

// Each demo order leaves the trace that a file in e2e/trees draws; where a race has two right outcomes, there is a file for each.
// No test writes them. If a change is meant: npm run trees, and a commit of its own.

test('there is a file for every outcome of every demo order, and no other', () => {
  expect(filesThere().sort()).toEqual(trees.map(({ file }) => file).sort())
})

for (const tree of trees.filter(({ outcome }) => outcome))
  test(`${tree.heading} is drawn in ${tree.file}`, async () => {
    expect(page(tree, await drawn(tree))).toBe(read(tree))
  })

for (const dance of dances)
  test(`"${dance.title}", danced freely, is drawn in a file`, async () => {
    const right = trees.filter((tree) => tree.dance === dance)
    const lines = await drawn({ dance })
    const met = right.find((tree) => page(tree, lines) === read(tree))
    if (met) console.log(`    it is ${met.file}`)
    else for (const tree of right) expect(page(tree, lines)).toBe(read(tree))
  })
