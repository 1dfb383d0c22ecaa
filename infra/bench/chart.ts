import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Results } from './results.ts'
import { type Column, kindsOf, standing } from './table.ts'

/** The ratios of a run as a chart: one panel per kind of round, a bar per contestant and column, and a line at 1, where the limit stands. An SVG. */
export const chart = (results: Results): Promise<string> =>
  new View(parse(compile(specification(results)).spec), { renderer: 'none' }).toSVG()

const specification = (results: Results): TopLevelSpec => ({
  background: 'white',
  data: { values: kindsOf(results).flatMap(bars) },
  facet: {
    row: {
      field: 'kind',
      type: 'nominal',
      title: null,
      sort: kindsOf(results).map(({ kind }) => kind),
      header: { labelFontSize: 13, labelFontWeight: 'bold', labelOrient: 'top' },
    },
  },
  spec: {
    width: 720,
    height: 200,
    layer: [
      {
        mark: 'bar',
        encoding: {
          x: { field: 'figure', type: 'nominal', sort: null, title: null, axis: { labelAngle: 0, labelExpr: "split(datum.label, ': ')" } },
          xOffset: { field: 'contestant', sort: null },
          y: { field: 'ratio', type: 'quantitative', title: 'times that by hand', stack: null, scale: { type: 'log', base: 2 } },
          y2: { datum: 1 },
          color: { field: 'contestant', type: 'nominal', sort: null, title: null, legend: { orient: 'top' } },
        },
      },
      { mark: { type: 'rule', strokeDash: [4, 3] }, encoding: { y: { datum: 1 } } },
    ],
  },
})

const bars = ({ kind, rounds, names, limit, columns }: ReturnType<typeof kindsOf>[number]) =>
  names
    .filter((name) => name !== limit)
    .flatMap((contestant) =>
      columns.flatMap((column) => {
        if (column.beside) return []
        const ratio = standing(rounds, contestant, column)?.ratio
        return ratio === undefined ? [] : [{ kind, contestant, figure: labelled(column), ratio }]
      }),
    )

const labelled = ({ title, unit }: Column) => `${title}: ${unit === 'ms' ? 'less' : 'more'} is better`
