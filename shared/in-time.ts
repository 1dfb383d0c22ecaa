/** Does `work`, for so many milliseconds at most. What is given up may still go on: it has to be told otherwise. @throws `late()` then */
export const inTime = async <T>(milliseconds: number, work: () => Promise<T>, late: () => Error): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const givenUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds)
  })
  return await Promise.race([Promise.try(work), givenUp]).finally(() => clearTimeout(timer))
}
