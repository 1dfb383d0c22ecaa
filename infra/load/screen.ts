import { clearScreenDown, moveCursor } from 'node:readline'

/** Shows lines in the place of those shown before; where nobody looks, one line every ten times. */
export const screen = (out = process.stdout) => {
  let shown = 0
  let times = 0
  return (lines: readonly string[]) => {
    if (!out.isTTY) return void (times++ % 10 === 0 && out.write(`${lines.map((line) => line.replace(/\s+/g, ' ')).join(' | ')}\n`))
    if (shown > 0) moveCursor(out, 0, -shown)
    clearScreenDown(out)
    out.write(lines.map((line) => `${line.slice(0, out.columns - 1)}\n`).join(''))
    shown = lines.length
  }
}
