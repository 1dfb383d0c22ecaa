import { defineConfig } from '@playwright/test'
import { contained } from './support/system.ts'

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.e2e.ts',
  grepInvert: contained ? /@native/ : /@containers/,
  globalSetup: './support/setup.ts',
  outputDir: '../test-results',
  workers: 1,
  fullyParallel: false,
  timeout: contained ? 180_000 : 120_000,
  expect: { timeout: 30_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['list'], ['json']] : 'list',
  forbidOnly: Boolean(process.env['CI']),
})
