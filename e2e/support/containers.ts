import { docker } from '../../infra/compose/docker.ts'

/** The containers of a project's service, or of all, that run. */
export const containersIn = async (project: string, service?: string): Promise<string[]> => {
  const only = service ? ['--filter', `label=com.docker.compose.service=${service}`] : []
  return (await docker('ps', '--quiet', '--filter', `label=com.docker.compose.project=${project}`, ...only)).split('\n').filter(Boolean)
}
