import { join } from 'node:path'
import { adminPasswordOf } from '../passwords.ts'

export type RabbitmqPorts = { rabbitmq: number; management: number; epmd: number; distribution: number }

/** `rabbitmq.conf`: on 127.0.0.1 alone, with the user `admin`, and bounds to memory, disk and time. */
export const configuration = (ports: RabbitmqPorts, metrics: number | undefined): string =>
  [
    `listeners.tcp.default = 127.0.0.1:${ports.rabbitmq}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    ...(metrics ? ['prometheus.tcp.ip = 127.0.0.1', `prometheus.tcp.port = ${metrics}`] : []),
    'default_user = admin',
    `default_pass = ${adminPasswordOf('rabbitmq')}`,
    'vm_memory_high_watermark.absolute = 512MB',
    'disk_free_limit.absolute = 200MB',
    'raft.wal_max_size_bytes = 33554432', // what quorum queues have written stays in memory, too, until their log is so full
    'consumer_timeout = 86400000', // a delivery waits for as long as what its service asks is away: a day, not half an hour
    '',
  ].join('\n')

/** What keeps the broker in its own folder, and its ports to this machine. */
export const environment = (home: string, ports: RabbitmqPorts) => ({
  HOME: home, // where Erlang keeps its cookie
  ERL_INETRC: join(home, 'inetrc'),
  ERL_EPMD_ADDRESS: '127.0.0.1',
  ERL_EPMD_PORT: String(ports.epmd),
  RABBITMQ_NODENAME: 'pas-de-cinq@localhost',
  RABBITMQ_BASE: home,
  RABBITMQ_CONF_ENV_FILE: join(home, 'env.conf'),
  RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
  RABBITMQ_MNESIA_BASE: join(home, 'data'),
  RABBITMQ_LOG_BASE: home,
  RABBITMQ_LOGS: '-',
  RABBITMQ_DIST_PORT: String(ports.distribution),
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
    '-kernel inet_dist_use_interface {127,0,0,1}', // else the distribution port listens everywhere
    '+S 2:2', // two schedulers are plenty for one class
    '-rabbit dead_letter_worker_publisher_confirm_timeout 5000', // as in docker-compose.yml
  ].join(' '),
  RUNNING_UNDER_SYSTEMD: 'true', // the script then becomes the VM instead of waiting for it
})
