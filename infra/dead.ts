import 'amqplib' // before the tracing: to look at a dead letter is not to process it
import { services } from './choreographies.ts'
import { runningSystem } from './compose/found.ts'
import { type Command, commandOf, usage } from './dead/arguments.ts'
import { refuse } from './options.ts'

// npm run dead: the dead letters of the running system, and what can be done with them.
const asked = (): Command => {
  try {
    return commandOf(process.argv.slice(2), services())
  } catch (error) {
    return refuse((error as Error).message, '', usage)
  }
}

const command = asked()
const parts = (await runningSystem())?.parts
const url = parts?.['rabbitmq']?.url ?? refuse('Nothing runs here: npm start')
const jaeger = parts?.['jaeger']
process.env['OTEL_SERVICE_NAME'] = 'dead-letters'
if (jaeger) process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = String(jaeger['otlp'])

const { deskAt } = await import('./dead/desk.ts')
const { stopTracing } = await import('@pas-de-cinq/shared/sdk')
const desk = deskAt(url)
try {
  if (command.does === 'serve') {
    const { routesOf, serve } = await import('./dead/serve.ts')
    console.log(`dead letters at ${await serve(routesOf(desk, services(), jaeger?.url), command.port)}/dead-letters`)
  } else {
    const { perform } = await import('./dead/commands.ts')
    if (!(await perform(command, services(), desk, jaeger?.url))) process.exitCode = 1
    await stopTracing()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
