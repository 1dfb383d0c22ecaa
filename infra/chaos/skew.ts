// Preloaded into a service (`--import`), it puts its clock wrong by CLOCK_SKEW_MS: every Date and Date.now of the process.
const skew = Number(process.env['CLOCK_SKEW_MS'] ?? 0)
const Right = Date
const now = () => Right.now() + skew

globalThis.Date = new Proxy(Right, {
  construct: (_, args, target) => Reflect.construct(Right, args.length > 0 ? args : [now()], target),
  get: (_, key) => (key === 'now' ? now : Reflect.get(Right, key)),
})
