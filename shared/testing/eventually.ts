/** What `look` comes to, as soon as it no longer throws; tried every 50 ms. @throws what it threw last, after `within` milliseconds */
export const eventually = async <T>(look: () => T | Promise<T>, within = 15_000): Promise<T> => {
  const end = Date.now() + within
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
