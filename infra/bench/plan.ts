import type { Size } from './scenes.ts'

/** How often, and how much of each; what has no size is left out. */
export type Plan = { readonly rounds: number } & { readonly [K in Kind]?: Size }
export type Kind = (typeof kinds)[number]
export const kinds = ['hop', 'dance', 'http'] as const

const whole: Record<Kind, Size> = {
  hop: { warmUp: 3_000, rest: 500, load: 5_000, drain: 10_000 },
  dance: { warmUp: 3_000, rest: 200, load: 1_500 },
  http: { warmUp: 3_000, rest: 2_000, load: 5_000 },
}
const quick: Record<Kind, Size> = {
  hop: { warmUp: 50, rest: 20, load: 200, drain: 400 },
  dance: { warmUp: 20, rest: 10, load: 100 },
  http: { warmUp: 50, rest: 80, load: 200 },
}
const scenes: Record<Kind, number> = { hop: 4 * 2 * 5, dance: 3 * 4, http: 3 * 4 } // contestants, with B silent or not, by scenes

/** A little of everything in one round, or so many rounds of it; of one kind alone, if `only` names it. */
export const planOf = (wish: { quick: boolean; rounds: number; only?: Kind | undefined }): Plan => {
  const size = wish.quick ? quick : whole
  const rounds = wish.quick ? 1 : wish.rounds
  return wish.only ? { rounds, [wish.only]: size[wish.only] } : { rounds, ...size }
}

/** How many scenes that comes to. */
export const scenesOf = (plan: Plan): number => plan.rounds * kinds.reduce((sum, kind) => sum + (plan[kind] ? scenes[kind] : 0), 0)
