import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { repository } from '../native/run-folder.ts'

type Service = { mem_limit: string; profiles?: string[]; logging?: { options: { 'max-size': string; 'max-file': string } } }

const file = (path: string) => readFileSync(join(repository, path), 'utf8')
const services = Object.entries<Service>(parse(file('docker-compose.yml'), { merge: true }).services)

test('README tells the bound of each container’s memory as docker-compose.yml sets it', () => {
  const told = [...file('README.md').matchAll(/^\| (`.*`) \| (\d+m)(?: each)? \|$/gm)].flatMap(([, names = '', limit = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, limit]),
  )
  const set = services.filter(([, { profiles }]) => !profiles).map(([name, { mem_limit }]) => [name, mem_limit])
  assert.deepEqual(Object.fromEntries(told), Object.fromEntries(set))
})

test('no container’s log grows beyond 30 MB', () => {
  for (const [name, { logging }] of services) assert.deepEqual(logging?.options, { 'max-size': '10m', 'max-file': '3' }, name)
})
