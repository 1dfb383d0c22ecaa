import { asking, parts, type Urls } from './audit/ask.ts'
import { auditAll, type Report } from './audit/audit.ts'
import { runningSystem } from './compose/found.ts'
import { optionsOf, refuse } from './options.ts'

const usage = `npm run audit -- [--url order=http://… …] [--deadline 900] [--settling 180] [--crashed]

  --url       where a part is: ${parts.join(', ')}; else where the running system has it
  --deadline  how many seconds an order may take to end
  --settling  how many seconds after its end what follows may still be missing
  --crashed   something has crashed: a letter may have gone out twice`

// npm run audit: asks every service over HTTP, and holds what is promised against every order there is.
const options = {
  url: { type: 'string', multiple: true, default: [] as string[] },
  deadline: { type: 'string', default: process.env['ORDER_DEADLINE_SECONDS'] || '900' },
  settling: { type: 'string', default: '180' },
  crashed: { type: 'boolean', default: false },
} as const
const { url: pairs, deadline, settling, crashed } = optionsOf({ options }, '', usage).values
const given = Object.fromEntries(pairs.map((pair) => /^(\w+)=(https?:.+?)\/?$/.exec(pair)?.slice(1) ?? refuse(`--url ${pair}?`, usage)))
for (const seconds of [deadline, settling]) if (!/^\d+$/.test(seconds)) refuse(`${seconds} are no seconds`, usage)

const print = ({ orders, hold, underWay, broken, stock }: Report) => {
  for (const { order, faults } of broken)
    for (const fault of faults) console.log(`${order.orderId}  ${[order.status, order.reason].filter(Boolean).join(' ')}  ${fault}`)
  for (const fault of stock) console.log(`stock of ${fault}`)
  const way = underWay > 0 ? `, ${underWay} are under way` : ''
  console.log(
    `${orders} orders: ${hold} hold every promise${way}, ${broken.length} do not; the stock ${stock.length > 0 ? 'does not add up' : 'adds up'}`,
  )
}

const running = (await runningSystem())?.parts
const where = (part: keyof Urls) =>
  given[part] ?? running?.[part]?.url ?? refuse(`${part} does not run here: npm start, or --url ${part}=http://…`)
const urls = Object.fromEntries(parts.map((part) => [part, where(part)])) as Urls
const grace = 60
const measure = { deadline: (Number(deadline) + grace) * 1_000, settling: Number(settling) * 1_000, crashed }
const progress = (count: number) => void (count % 1_000 === 0 && console.error(`${count} orders …`))
try {
  const report = await auditAll(asking(urls), measure, progress)
  print(report)
  if (report.broken.length + report.stock.length > 0) process.exitCode = 1
} catch (error) {
  refuse((error as Error).message)
}
