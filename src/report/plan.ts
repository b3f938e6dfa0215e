import type { GatePlan, JointPower, RulePlan } from '../core/gate/power.ts';
import { logLine } from './escape.ts';
import { countOf, formatCount, formatPercent } from './numbers.ts';

/** How many rows each rule of a model needs, as text for a terminal. */
export function renderPlan(model: string, plan: GatePlan): string {
  const rows = plan.rules.map(planRow);
  const heads = ['rule', 'distance', 'standard error', 'passes now', 'rows alone', 'rows jointly'];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return [
    `${logLine(model)}: ${countOf(plan.rows, 'test row')}`,
    line(heads),
    ...rows.map(line),
    '',
    'distance: from an equal model, for bars from the value measured, to the line that is judged',
    'passes now: the chance that such a model passes with these rows; rows for a chance of 80 %',
    ...(plan.joint === null ? [] : [jointSentence(plan.joint)]),
    '',
  ].join('\n');
}

/** The chance that an equal model passes all rules, in a sentence. */
export function jointSentence({ rules, atLeast, atMost }: JointPower): string {
  if (rules === 1)
    return `A model equal to the baseline passes the rule against it with a chance of ${chance(atMost)}.`;
  const range =
    chance(atLeast) === chance(atMost)
      ? `of ${chance(atMost)}`
      : `between ${chance(atLeast)} and ${chance(atMost)}`;
  return `A model equal to the baseline passes all ${rules} rules against it with a chance ${range}.`;
}

function planRow({
  rule,
  n,
  distance,
  standardError,
  chance: now,
  rowsAlone,
  rowsJointly,
}: RulePlan): string[] {
  const needed = (rows: number | null) =>
    rows !== null ? formatCount(rows) : n === null ? '–' : 'none is enough';
  return [
    logLine(rule),
    short(distance),
    standardError === null ? 'no interval' : short(standardError),
    now === null ? '–' : chance(now),
    needed(rowsAlone),
    needed(rowsJointly),
  ];
}

/** Chances in whole percent, never rounded up to certainty. */
function chance(value: number): string {
  return formatPercent(Math.floor(value * 100 + 1e-9) / 100);
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
