/** The password of a service at PostgreSQL and at RabbitMQ: `<SERVICE>_PASSWORD` from the environment, else the service's own name. */
export const passwordOf = (service: string): string => process.env[`${service.toUpperCase().replaceAll('-', '_')}_PASSWORD`] ?? service

/** The password of the user `admin` at PostgreSQL or RabbitMQ: `POSTGRES_ADMIN_PASSWORD`, `RABBITMQ_ADMIN_PASSWORD`, else `admin`. */
export const adminPasswordOf = (broker: 'postgres' | 'rabbitmq'): string => process.env[`${broker.toUpperCase()}_ADMIN_PASSWORD`] ?? 'admin'
