import { plumbed } from './database.ts'
import { toyService } from './toy-service.ts'

// The counting service as a process, which the event named in FATAL ends.
const { DATABASE_URL = '', AMQP_URL = '', FATAL } = process.env
const { db } = plumbed(DATABASE_URL)
toyService({ db, databaseUrl: DATABASE_URL, amqpUrl: AMQP_URL, delays: [50, 150] }, ({ id }) => {
  if (id === FATAL) process.kill(process.pid, 'SIGKILL')
})
