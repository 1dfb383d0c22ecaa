import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type LaunchOptions } from '@playwright/test'
import { keep, kept } from './native/cache.ts'
import { debianPackages } from './native/debian-packages.ts'
import { onPath } from './native/on-path.ts'

const howToGet = 'put Chromium or Chrome on PATH, or run npx playwright install --with-deps chromium'

/**
 * What Playwright's `chromium.launch` needs on this machine: the browser on PATH, else Playwright's own, else, on Debian and Ubuntu, a copy made
 * in the cache folder from the system's packages, neither installed nor as root. Throws with what to do where none can be had.
 */
export async function browser(say: (line: string) => void): Promise<LaunchOptions> {
  const installed = onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ?? playwrightsOwn()
  const found = installed ? { executablePath: installed } : copied(kept('chromium-') ?? (await fetched(say)))
  return { ...found, chromiumSandbox: !isRootOrContained() }
}

// where Chromium's own sandbox does not work
const isRootOrContained = () => process.getuid?.() === 0 || ['/.dockerenv', '/run/.containerenv'].some((file) => existsSync(file))

const playwrightsOwn = (): string | undefined => [chromium.executablePath()].find((file) => existsSync(file))

function copied(folder: string): LaunchOptions {
  const libraries = globSync(join(folder, '{usr/lib,lib}/*-linux-gnu*{,/pulseaudio}'))
  const env = {
    ...(process.env as Record<string, string>),
    LD_LIBRARY_PATH: libraries.join(delimiter),
    XDG_DATA_HOME: join(folder, 'usr/share'), // fonts, where the system has none
    ...(!existsSync('/etc/fonts') && { FONTCONFIG_PATH: join(folder, 'etc/fonts') }),
  }
  return { executablePath: join(folder, 'usr/lib/chromium/chromium'), env }
}

async function fetched(say: (line: string) => void): Promise<string> {
  const packages = await debianPackages()
  const version = /^[\d.]*\d/.exec((await packages?.versionOf('chromium')) ?? '')?.[0]
  if (!packages || !version) throw new Error(`There is no browser on this machine: ${howToGet}.`)
  say(`fetching Chromium ${version} from the system's packages, once, about 90 MB …`)
  return keep(`chromium-${version}`, (unfinished) => packages.unpackWhole('chromium', unfinished))
}
