import { engineFault } from './engine.ts'
import { imagesFault } from './images.ts'
import { compose, projectOf } from './project.ts'

type Wish = { native?: boolean | undefined; docker?: boolean | undefined }

/** Whether to run in containers: as it is wished, else where an engine answers and the images can be had. Throws when containers are wished and cannot be. */
export const inContainers = async ({ native, docker }: Wish, folder: string, say: (line: string) => void): Promise<boolean> => {
  if (native) return false
  const fault = (await engineFault()) ?? (await imagesFault(compose(projectOf(folder)), say))
  if (!fault) return true
  if (docker) throw new Error(`${fault}\nnpm start -- --native runs everything without Docker.`)
  say(`${fault}; so all runs as plain processes`)
  return false
}
