import { proxied } from '@pas-de-cinq/shared/testing/proxy'

// Preloaded into a service (`--import`), it has what the url in the variable NETWORK_OF leads to reached through a TCP proxy, which holds all that
// passes up for NETWORK_DELAY_MS, and cuts every connection each NETWORK_CUT_MS.
const { NETWORK_OF = '', NETWORK_DELAY_MS, NETWORK_CUT_MS } = process.env
const proxy = await proxied(process.env[NETWORK_OF] ?? '', { delay: Number(NETWORK_DELAY_MS ?? 0) })
process.env[NETWORK_OF] = proxy.url
if (NETWORK_CUT_MS) setInterval(proxy.cut, Number(NETWORK_CUT_MS))
