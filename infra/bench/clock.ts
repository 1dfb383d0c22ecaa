/**
 * `performance.timeOrigin` by the time of day as it is now, in milliseconds since 1970, to the microsecond: the clock that PostgreSQL goes by may be set, by
 * milliseconds at a time, while a process runs. Takes a millisecond.
 */
export const timeOrigin = (): number => {
  const before = Date.now()
  let tick = before
  while (tick === before) tick = Date.now()
  return tick - performance.now()
}
