import type { Size } from './scenes.ts'

/** How often, and how often at rest in each round, and how much of each; what has no size is left out. */
export type Plan = { readonly rounds: number; readonly rests: number } & { readonly [K in Kind]?: Size }
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
// contestants, with B silent or not, by scenes
const scenes: Record<Kind, (rests: number) => number> = {
  hop: (rests) => 4 * 2 * (2 * rests + 4),
  dance: (rests) => 3 * (2 * rests + 3),
  http: () => 3 * 4,
}

/** A little of everything in one round, or so many rounds of it; of one kind alone, if `only` names it. */
export const planOf = (wish: { quick: boolean; rounds: number; only?: Kind | undefined }): Plan => {
  const size = wish.quick ? quick : whole
  const times = wish.quick ? { rounds: 1, rests: 1 } : { rounds: wish.rounds, rests: 2 }
  return wish.only ? { ...times, [wish.only]: size[wish.only] } : { ...times, ...size }
}

/** How many scenes that comes to. */
export const scenesOf = (plan: Plan): number =>
  plan.rounds * kinds.reduce((sum, kind) => sum + (plan[kind] ? scenes[kind](plan.rests) : 0), 0)
