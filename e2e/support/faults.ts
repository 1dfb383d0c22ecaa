import { partsOf } from '../../infra/chaos/parts.ts'

/** What may befall the parts of the system that all tests share. */
export const { killed, keptDown, frozen, brokerForgotten } = partsOf(process.env['E2E_RUN'] ?? '')
