import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
const readme = read('README.md')

/** Whether a test of that file is called so; `…` stands for anything. */
const isTested = (words: string, file: string) => {
  const titles = [...read(file).matchAll(/\b(?:test|it|describe)\(\s*(['`])(.*?)\1,/gs)].map(([, , title = '']) => title)
  const pattern = new RegExp(words.split('…').map(RegExp.escape).join('.*'))
  return titles.some((title) => pattern.test(title))
}

describe('README', () => {
  it('has beside each promise a test that there is', () => {
    const promises = ['## When it fails', '## See it fail, simulated', '## What is promised, and what is not']
    const sections = readme.split(/^(?=## )/m).filter((section) => promises.some((heading) => section.startsWith(heading)))
    assert.equal(sections.length, promises.length)
    const tables = sections.flatMap((section) => section.match(/(?:^\|.*\|\n)+/gm) ?? []).filter((table) => /^.*shown by \|\n/.test(table))
    const rows = tables.flatMap((table) => table.trim().split('\n').slice(2))
    assert.ok(rows.length > 20)
    for (const row of rows) assert.match(row, /\]\([\w./-]+\.(e2e|test)\.ts\)/)
    for (const [, words = '', file = ''] of readme.matchAll(/\[([^\]]+)\]\(([\w./-]+\.(?:e2e|test)\.ts)\)/g))
      assert.ok(isTested(words, file), `${words} in ${file}`)
  })
})
