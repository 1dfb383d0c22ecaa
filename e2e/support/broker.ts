import { brokerOf } from '../../infra/chaos/broker.ts'
import { partsIn } from './system.ts'

/** The broker of the system that all tests share, or of that in another folder, as its administrator. */
export const broker = (folder?: string) => brokerOf(() => partsIn(folder).rabbitmq)
