import { execa } from 'execa'

/** What `docker` prints. Rejects when it fails. */
export const docker = async (...args: string[]): Promise<string> => (await execa('docker', args)).stdout.trim()
