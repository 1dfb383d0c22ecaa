// Generates every service's Prisma client. Plain JavaScript, since it runs while npm installs, under whatever Node there is.
// Prisma insists on a schema engine here and then does not use it; naming a file that exists spares a download.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'

const root = new URL('..', import.meta.url)
const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js')
const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
const schemas = readdirSync(new URL('services', root))
  .map((service) => `services/${service}/schema.prisma`)
  .filter((schema) => existsSync(new URL(schema, root)))

await Promise.all(
  schemas.map((schema) => promisify(execFile)(process.execPath, [prisma, 'generate', '--schema', schema], { cwd: root, env })),
)
