import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

type Service = { profiles?: string[]; environment?: Record<string, unknown>; volumes?: string[]; ports?: string[]; read_only?: boolean }
type Scraping = { dns_sd_configs?: { names: string[]; port: number }[]; static_configs?: { targets: string[] }[] }

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const yaml = (path: string) => parse(readFileSync(file(path), 'utf8'), { merge: true })
const services = Object.entries<Service>(yaml('docker-compose.yml').services)
const profile = services.filter(([, { profiles }]) => profiles?.includes('metrics'))

describe('the profile metrics', () => {
  it('asks each service at its port, and no other', () => {
    const asked = (yaml('infra/prometheus/prometheus.yml').scrape_configs as Scraping[])
      .flatMap(({ dns_sd_configs = [] }) => dns_sd_configs)
      .map(({ names, port }) => [names.join(), port])
    const there = services.flatMap(([name, { environment }]) => (environment?.['AMQP_URL'] ? [[name, environment['PORT']]] : []))
    assert.deepEqual(asked, there)
  })

  it('misses each service that is not there', () => {
    const { expr } = yaml('infra/prometheus/alerts.yml').groups[0].rules.find(({ alert }: { alert: string }) => alert === 'ServiceDown')
    const missed = [...expr.matchAll(/absent\(up\{job="(\w+)"\}\)/g)].map(([, name]) => name)
    assert.deepEqual(
      missed,
      services.flatMap(([name, { environment }]) => (environment?.['AMQP_URL'] ? [name] : [])),
    )
  })

  it('adds what can write nowhere but to its own data, and is published as all else is', () => {
    assert.deepEqual(
      profile.map(([name]) => name),
      ['prometheus', 'grafana'],
    )
    for (const [name, { read_only, volumes = [], ports = [] }] of profile) {
      assert.equal(read_only, true, name)
      for (const volume of volumes.filter((one) => one.startsWith('.'))) {
        const [source = '', , mode] = volume.split(':')
        assert.ok(mode === 'ro' && existsSync(file(source)), volume)
      }
      assert.ok(
        ports.every((port) => port.startsWith('${PUBLISH_HOST')),
        name,
      )
    }
  })

  it('shows each panel from the data source that is provisioned', () => {
    const [{ uid, url }] = yaml('infra/grafana/provisioning/datasources/prometheus.yml').datasources
    const { panels } = JSON.parse(readFileSync(file('infra/grafana/dashboards/pas-de-cinq.json'), 'utf8'))
    assert.equal(url, 'http://prometheus:9090')
    assert.deepEqual([...new Set(panels.map(({ datasource }: { datasource: { uid: string } }) => datasource.uid))], [uid])
  })
})
