import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledFolder } from '../../test/rig/load.mjs';

/** Folder of src/ as JavaScript. */
export function compiled() {
  return compiledFolder(['src']);
}

/** The gate of a compiled folder: its judge on whole tables, its bounds on counts, its metrics. */
export async function loadGate(folder) {
  const load = (path) => import(pathToFileURL(join(folder, 'src/core', path)).href);
  const { judgeRules } = await load('gate/judge.js');
  const { boundsOf } = await load('gate/bounds.js');
  const { parseRuleText } = await load('gate/rule.js');
  const { prepareMetric } = await load('metrics/prepare.js');
  const { directionOf, parseMetricName } = await load('metrics/names.js');

  const policyOf = (rules, { alpha, slices = [] }) => ({
    ...{ rules, alpha, onInconclusive: 'warn', onRowsChanged: 'error', dryRun: false, baseline: 'auto' },
    metrics: {},
    predictions: { task: null, columns: {}, positiveLabel: null, slices, minSliceRows: 30 },
  });
  const sideOf = (table) => ({ metrics: [], table, rows: null, evaluator: null, model: null });

  return {
    boundsOf,
    policyOf,
    parseRule: parseRuleText,
    direction: directionOf,
    /** Results of the rules, in their order, on the tables of both models. */
    judge({ candidate, baseline }, rules, settings) {
      const baselines = new Map([['auto', { side: sideOf(baseline) }]]);
      return judgeRules({ policy: policyOf(rules, settings), candidate: sideOf(candidate), baselines });
    },
    /** A metric of a table; NaN where it is not defined. */
    value(name, table) {
      const weights = table.weight ?? new Float64Array(table.n).fill(1);
      const { value } = prepareMetric(parseMetricName(name).identity, table, null).evaluate(weights);
      return value ?? Number.NaN;
    },
  };
}
