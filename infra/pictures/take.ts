import { join } from 'node:path'
import { chromium, type LaunchOptions, type Page, type Route } from '@playwright/test'
import type { Traces } from './dance.ts'

// Jaeger's page as it is when shown inside another: without its menu, and without the date, which differs each time
const embedded = '?uiEmbed=v0&uiTheme=light&uiTimelineHideSummary=1&uiTimelineHideMinimap=1'
const display = {
  viewport: { width: 1150, height: 1200 },
  deviceScaleFactor: 1.5,
  locale: 'en',
  timezoneId: 'UTC',
  reducedMotion: 'reduce',
} as const

/** Takes the pictures into that folder; resolves to their files. */
export async function takePictures(options: LaunchOptions, jaeger: string, { completed, compensated }: Traces, into: string) {
  await using browser = await chromium.launch(options)
  const page = await browser.newPage(display)
  await page.addInitScript(() => localStorage.setItem('spanNameColumnWidth', '0.5'))
  return [
    await timeline(page, completed, join(into, 'completed.png')),
    await timeline(page, compensated, join(into, 'compensated.png')),
    await architecture(page, jaeger, join(into, 'architecture.png')),
  ]
}

async function timeline(page: Page, trace: string, path: string): Promise<string> {
  await page.goto(trace + embedded)
  const last = await page.locator('.span-row').last().boundingBox()
  if (!last) throw new Error(`Jaeger's page shows no spans at ${trace}`)
  await page.screenshot({ path, clip: { x: 0, y: 0, width: display.viewport.width, height: last.y + last.height + 1 } })
  return path
}

async function architecture(page: Page, jaeger: string, path: string): Promise<string> {
  await page.setViewportSize({ width: 900, height: 700 })
  await page.route('**/api/dependencies?*', inOrder)
  await page.goto(`${jaeger}/dependencies${embedded}`)
  await page.locator('.DAG--node').nth(4).waitFor()
  await page.locator('.DAG').screenshot({ path })
  return path
}

// Jaeger tells the edges in a random order, and the page draws them otherwise each time
async function inOrder(route: Route): Promise<void> {
  const response = await route.fetch()
  const { data, ...rest } = (await response.json()) as { data: { parent: string; child: string }[] }
  data.sort((a, b) => a.parent.localeCompare(b.parent) || a.child.localeCompare(b.child))
  await route.fulfill({ response, json: { data, ...rest } })
}
