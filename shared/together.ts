/**
 * Statements of one transaction that do not wait for each other's answers, and are done in the order they are sent: raw ones in this order, those
 * of Prisma's models after them, since Prisma takes its time to send. What others rely on is raw.
 * @throws what the first of them that fails has thrown; the others fail with it
 */
export const together = async <Work extends readonly (() => unknown)[]>(
  ...work: Work
): Promise<{ -readonly [K in keyof Work]: Awaited<ReturnType<Work[K]>> }> => {
  const settled = await Promise.allSettled(work.map(async (one) => one()))
  const faults = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (faults.length > 0) throw faults.find((fault) => !isAftermath(fault)) ?? faults[0]
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never
}

/** A statement that was refused since one before it had failed; Prisma wraps what PostgreSQL says. */
const isAftermath = (fault: {
  code?: unknown
  cause?: { originalCode?: unknown }
  meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } }
}) => [fault.code, fault.cause?.originalCode, fault.meta?.driverAdapterError?.cause?.originalCode].includes('25P02')
