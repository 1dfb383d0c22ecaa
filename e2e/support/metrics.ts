import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { type Service, services } from './services.ts'
import { type PartName, partsIn } from './system.ts'

export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }

const infra = (path: string) => fileURLToPath(new URL(`../../infra/${path}`, import.meta.url))
const yaml = <T>(path: string) => parse(readFileSync(infra(path), 'utf8')) as T

const sample = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\[\\"n])*",?)*)\})? ([-+]?(?:Inf|NaN|[\d.]+(?:e[-+]?\d+)?))$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\"n])*)"/g

/**
 * What an endpoint tells. @throws where it is not in Prometheus' text format: a line that is none, a family without or with two types, a
 * sample outside its family, a series twice.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
const samplesIn = (text: string): Sample[] => {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const types = new Map<string, string>()
  const seen = new Set<string>()
  return text.split('\n').flatMap((line) => {
    const [, family = '', type = ''] = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? []
    if (types.has(family)) throw new Error(`two types: ${line}`)
    if (family) types.set(family, type)
    if (line === '' || line.startsWith('#')) return []
    const [, name = '', labels = '', value = ''] = sample.exec(line) ?? []
    const of = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    if (!name || of !== [...types.keys()].at(-1)) throw new Error(`no sample of ${[...types.keys()].at(-1)}: ${line}`)
    if (seen.has(`${name}{${labels}}`)) throw new Error(`a series twice: ${line}`)
    seen.add(`${name}{${labels}}`)
    return { name, labels: Object.fromEntries([...labels.matchAll(label)].map(([, key, text]) => [key, text])), value: Number(value) }
  })
}

/** What a part tells now, asked as Prometheus is configured to ask. */
export const scraped = async (part: PartName, folder?: string): Promise<Sample[]> => {
  const { url, metrics } = partsIn(folder)[part] as { url: string; metrics?: string }
  return scrapedAt(part === 'rabbitmq' ? `${metrics}${rabbitmqPath()}` : `${url}/metrics`)
}

/** What is told there, within 3 s. */
export const scrapedAt = async (url: string): Promise<Sample[]> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
  if (!response.ok || !response.headers.get('content-type')?.startsWith('text/plain')) throw new Error(`${url}: ${response.status}`)
  return samplesIn(await response.text())
}

export type Scrape = Record<Service, Sample[]>

/** What every service tells now. */
export const scrape = async (): Promise<Scrape> =>
  Object.fromEntries(await Promise.all(services.map(async (name) => [name, await scraped(name)] as const))) as Scrape

/** Whether every outbox is known to be empty. */
export const atRest = (of: Scrape) =>
  services.every(
    (name) => of[name].some(({ name }) => name === 'pas_de_cinq_outbox_depth') && sum(of[name], 'pas_de_cinq_outbox_depth') === 0,
  )

type ScrapeConfigs = { scrape_configs: { job_name: string; metrics_path: string; params: Record<string, string[]> }[] }
const rabbitmqPath = () => {
  const job = yaml<ScrapeConfigs>('prometheus/prometheus.yml').scrape_configs.find(({ job_name }) => job_name === 'rabbitmq')
  const query = new URLSearchParams(
    Object.entries(job?.params ?? {}).flatMap(([key, values]) => values.map((value): [string, string] => [key, value])),
  )
  return `${job?.metrics_path}?${query}`
}

/** The sum of the samples with that name and these labels. */
export const sum = (samples: readonly Sample[], name: string, labels: Sample['labels'] = {}) =>
  samples
    .filter((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0)

/** How much more of that was counted between two scrapes. */
export const more = (before: readonly Sample[], after: readonly Sample[], name: string, labels: Sample['labels'] = {}) =>
  sum(after, name, labels) - sum(before, name, labels)

type Dashboard = { panels: { title: string; targets: { expr: string }[] }[] }
type Rules = { groups: { rules: { alert: string; expr: string }[] }[] }

/** What every panel and every alert asks, in PromQL, by its title. */
export const asked = (): [who: string, expression: string][] => [
  ...globSync(infra('grafana/dashboards/*.json')).flatMap((file) =>
    (JSON.parse(readFileSync(file, 'utf8')) as Dashboard).panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }): [string, string] => [title, expr.replaceAll(/\$__(range|rate_interval)/g, '1m')]),
    ),
  ),
  ...yaml<Rules>('prometheus/alerts.yml').groups.flatMap(({ rules }) => rules.map(({ alert, expr }): [string, string] => [alert, expr])),
]

/** What the README lists. */
export const listed = (): string[] => {
  const [, section = ''] = readFileSync(infra('../README.md'), 'utf8').split('## Watch it')
  const rows = (section.split('\n## ')[0] ?? '').matchAll(/^\| (`.+?`) \|/gm)
  return [...rows].flatMap(([, names = '']) => names.split(', ').map((name) => name.replaceAll('`', '')))
}

/** The metrics that an expression asks for, and the labels it selects or groups by. @throws where it is no PromQL */
export const namesIn = (expression: string) => {
  const metrics = new Set<string>()
  const labels = new Set<string>()
  parser.parse(expression).iterate({
    enter: ({ name, type, from, to, node }) => {
      const text = expression.slice(from, to)
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`)
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.add(text)
      if (name === 'LabelName') labels.add(text)
    },
  })
  return { metrics: [...metrics], labels: [...labels] }
}
