import { makeRandom } from '../lib/random.mjs';
import { populationOf } from './populations.mjs';
import { sample } from './sample.mjs';
import { rulesAtMargin } from './study.mjs';

/**
 * Several rules at once, each at its margin: how often any fails, before failures are adjusted and after, and how often
 * all pass.
 */
export function runRules(gate, { population: spec, n, rules: names, draws, seed, alpha = 0.05 }) {
  const population = populationOf(spec);
  const random = makeRandom(seed);
  const rules = rulesAtMargin(gate, population, names).map(({ rule }) => ({ ...rule, level: 'fail' }));
  const tally = { draws: 0, rawFail: 0, fail: 0, pass: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const results = gate.judge(sample(population, n, random), rules, { alpha });
    tally.draws += 1;
    if (results.some(({ evidence }) => evidence.pFail <= alpha)) tally.rawFail += 1;
    if (results.some(({ verdict }) => verdict === 'fail')) tally.fail += 1;
    if (results.every(({ verdict }) => verdict === 'pass')) tally.pass += 1;
  }
  return tally;
}

/**
 * One rule on `slices` slices of about `n` rows each, which by construction are all alike: how often none is worse than
 * the worst bound, as the verdict says; how often none is worse than its own, which is more than it says; and how often
 * some slice is marked though all lie at the margin.
 */
export function runSlices(gate, { population: spec, n, slices, rules: names, draws, seed, alpha = 0.05 }) {
  const population = populationOf(spec);
  const random = makeRandom(seed);
  const asked = rulesAtMargin(gate, population, names);
  const tallies = asked.map(({ name }) => ({ name, draws: 0, held: 0, heldEach: 0, marked: 0 }));
  const values = Array.from({ length: slices }, (_, at) => `s${at}`);
  for (let draw = 0; draw < draws; draw++) {
    const { candidate, baseline } = sample(population, n * slices, random);
    const codes = Uint32Array.from({ length: n * slices }, () => random.between(0, slices - 1));
    const within = (table) => ({ ...table, slices: { part: { values, codes } } });
    const tables = { candidate: within(candidate), baseline: within(baseline) };
    const results = gate.judge(
      tables,
      asked.map(({ rule }) => rule),
      { alpha, slices: ['part'] },
    );
    for (const [at, { slices: family }] of results.entries()) countSlices(tallies[at], family, asked[at]);
  }
  return tallies;
}

function countSlices(tally, family, { rule, truth }) {
  const low = rule.kind === 'max-drop' || rule.kind === 'min' || rule.relative;
  const holds = ({ bound }) => bound === null || (low ? bound <= truth : bound >= truth);
  const worst = family.slices.filter(({ slice }) => slice === family.worst);
  tally.draws += 1;
  if (worst.every(holds)) tally.held += 1;
  if (family.slices.every(holds)) tally.heldEach += 1;
  if (family.slices.some(({ marked }) => marked)) tally.marked += 1;
}
