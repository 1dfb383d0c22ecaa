import { median } from './measure.ts'
import { isVoid, type Results, type Round, type Scene, type Scenes } from './results.ts'

export type Column = {
  readonly title: string
  readonly scene: string
  readonly figure: string
  readonly unit: string
  /** the scene of everybody's own that this is compared to, or nothing; else it is compared to the limit */
  readonly beside?: 'rest' | 'nothing'
}

export const columns: readonly Column[] = [
  { title: 'p50', scene: 'rest', figure: 'p50', unit: 'ms' },
  { title: 'p95', scene: 'rest', figure: 'p95', unit: 'ms' },
  { title: 'p99', scene: 'rest', figure: 'p99', unit: 'ms' },
  { title: '20 producers', scene: 'producers20', figure: 'perSecond', unit: '/s' },
  { title: '200 producers', scene: 'producers200', figure: 'perSecond', unit: '/s' },
  { title: 'drain', scene: 'drain', figure: 'perSecond', unit: '/s' },
  { title: 'cold start', scene: 'drain', figure: 'coldStart', unit: 'ms' },
  { title: 'overload, p99', scene: 'overload', figure: 'p99', unit: 'ms', beside: 'rest' },
  { title: 'overload, refused', scene: 'overload', figure: 'refused', unit: '%', beside: 'nothing' },
  { title: 'until refused, p50', scene: 'overload', figure: 'untilRefused', unit: 'ms', beside: 'nothing' },
]

/** Whom the others of a round are compared to: the first. */
const limitOf = (round: Round | undefined): string => Object.keys(round?.contestants ?? {})[0] ?? ''

/**
 * What somebody came to in a column: the median of the values, and of the ratios within each round to what the column stands beside, of all rounds in
 * which that was played. Nothing where one of them is void, or what came before or was left afterwards.
 */
export const standing = (
  rounds: readonly Round[],
  name: string,
  { scene, figure, beside }: Column,
): { ratio: number; value: number } | undefined => {
  const played = rounds.filter(({ contestants }) => Object.values(contestants).some((scenes) => scene in scenes))
  const pairs = played.map((round) => {
    const own = round.contestants[name]
    const other = beside ? own : round.contestants[limitOf(round)]
    return [own, other].some(isSpoilt) ? [] : [own?.[scene], other?.[beside === 'rest' ? beside : scene]]
  })
  const sound = pairs.filter((pair): pair is [Scene, Scene] => pair.length > 0 && pair.every((one) => one && !isVoid(one)))
  if (sound.length < played.length || played.length === 0) return undefined
  const of = (one: Scene) => one.figures[figure] ?? Number.NaN
  return { ratio: median(sound.map(([mine, other]) => times(of(mine), of(other)))), value: median(sound.map(([mine]) => of(mine))) }
}

const isSpoilt = (scenes: Scenes | undefined) => [scenes?.['warmUp'], scenes?.['afterwards']].some((one) => one && isVoid(one))

const times = (mine: number, other: number) => (mine === other ? 1 : mine / other) // of nothing, nothing is as much

const columnsOf = (rounds: readonly Round[]) => {
  const scenes: Scenes = Object.assign({}, ...rounds.map(({ contestants }) => Object.values(contestants)[0]))
  return columns.filter(({ scene, figure }) => figure in (scenes[scene]?.figures ?? {}))
}

/** The kinds of rounds that were run, each with its rounds, who took part, and what there is to tell. */
export const kindsOf = ({ rounds }: Pick<Results, 'rounds'>) =>
  [...Map.groupBy(rounds, ({ kind }) => kind)].map(([kind, mine]) => {
    const names = Object.keys(mine[0]?.contestants ?? {})
    return { kind, rounds: mine, limit: limitOf(mine[0]), names, columns: columnsOf(mine) }
  })

const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })

/** What a contestant came to in a column, and in bold how often that is what it stands beside; void where it counts for nothing. */
export const cell = (rounds: readonly Round[], name: string, column: Column): string => {
  const found = standing(rounds, name, column)
  if (!found) return 'void'
  const value = `${number(found.value)} ${column.unit}`.replace(' /', '/').trim()
  const alone = column.beside === 'nothing' || (name === limitOf(rounds[0]) && !column.beside)
  return alone ? value : `**${found.ratio.toFixed(2)}** ${value}`
}

/** A Markdown table per kind: everybody's figures, and in bold how often they are those that they stand beside. */
export const tables = (results: Pick<Results, 'rounds'>): string =>
  kindsOf(results)
    .map(({ kind, rounds, names, columns }) => {
      const rows = names.map((name) => `| ${[name, ...columns.map((column) => cell(rounds, name, column))].join(' | ')} |`)
      const head = `| ${[kind, ...columns.map(({ title }) => title)].join(' | ')} |\n|---|${columns.map(() => '--:|').join('')}`
      return `${head}\n${rows.join('\n')}\n`
    })
    .join('\n')

/** Where figures come from. */
export const origin = ({ at, commit, machine: { cpu, cores, memoryGb, system, syncMs }, versions }: Omit<Results, 'rounds'>): string => {
  const parts = Object.entries(versions).map((pair) => pair.join(' '))
  const disk = syncMs === undefined ? '' : `, a disk that keeps a page in ${syncMs.toFixed(1)} ms`
  return `${at.slice(0, 10)}, commit ${commit}; ${cores} × ${cpu}, ${memoryGb} GB${disk}, ${system}; ${parts.join(', ')}.`
}

const disturbance = (rounds: readonly Round[]): string[] => {
  const stolen = rounds.flatMap((round) => Object.values(round.stolen ?? {}))
  if (stolen.length === 0) return []
  const [usual, most] = [median(stolen), Math.max(...stolen)].map((share) => `${(share * 100).toFixed(0)} %`)
  return [`Of the CPU that was wanted, the host gave ${usual} to others, and at most ${most} while one of them ran.`]
}

/** The same of a run, how much others disturbed it, and whether what was placed has come to its end. */
export const source = ({ rounds, ...from }: Results): string => {
  const scenes = rounds.flatMap(({ contestants }) => Object.values(contestants).flatMap((scenes) => Object.values(scenes)))
  const sum = (what: 'placed' | 'lost' | 'doubled' | 'stuck') =>
    scenes.reduce((sum, { counts }) => sum + counts[what], 0).toLocaleString('en')
  return [
    origin(from),
    ...disturbance(rounds),
    `${rounds.length} rounds, on a machine with a load of ${from.load.toFixed(1)} before; ${sum('placed')} orders placed, ${sum('lost')} lost, ${sum('doubled')} doubled, ${sum('stuck')} stuck.`,
  ].join('\n')
}
