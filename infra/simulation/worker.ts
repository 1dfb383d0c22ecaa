// One thread of the pool. Nothing is traced or logged here: these are set before the shell is loaded.
Object.assign(process.env, { OTEL_SDK_DISABLED: 'true', LOG_LEVEL: 'silent' })
Error.stackTraceLimit = 0
const { search } = await import('./search.ts')

export default search
