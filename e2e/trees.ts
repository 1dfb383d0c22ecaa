import { rmSync } from 'node:fs'
import startSystem from './support/setup.ts'
import { drawn, filesThere, folder, page, trees, write } from './support/trees.ts'

// npm run trees: draws the traces of the demo orders anew, in a system of its own. Look at what has changed, and commit it by itself.
const stop = await startSystem()
try {
  for (const file of filesThere()) rmSync(folder + file)
  for (const tree of trees) {
    write(tree, page(tree, await drawn(tree)))
    console.log(tree.file)
  }
} finally {
  await stop()
}
