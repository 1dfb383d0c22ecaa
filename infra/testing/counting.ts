type Result = {
  readonly type: string
  readonly data: { readonly skip?: unknown; readonly todo?: unknown; readonly details?: { readonly type?: string } }
}

/** A reporter for node:test that says nothing but how many tests passed, failed and were skipped, as one line of JSON. */
export default async function* counting(source: AsyncIterable<Result>) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for await (const { type, data } of source) {
    if (data.details?.type === 'suite') continue
    if (type === 'test:fail') counts.failed++
    if (type === 'test:pass') counts[data.skip !== undefined || data.todo !== undefined ? 'skipped' : 'passed']++
  }
  yield JSON.stringify(counts)
}
