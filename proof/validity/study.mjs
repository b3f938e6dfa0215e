import { makeRandom } from '../lib/random.mjs';
import { peerVerdicts } from './peers.mjs';
import { populationOf } from './populations.mjs';
import { sample, wholeTable } from './sample.mjs';

/**
 * Rules as the proof names them: `f1` a margin, `f1 %` a percentage of the baseline, `f1 bar` a bar on the candidate.
 * `truth` is that of the whole population; null where the candidate is the better one there, as no margin is at it.
 */
function ruleAt(gate, name, truth) {
  const [metric, kind] = name.split(' ');
  const higher = gate.direction(metric) === 'higher';
  // Levels of several rules do not touch each other here.
  const rule = (text) => gate.parseRule(`${metric}:${text},level=warn`);
  const { candidate, baseline } = truth;
  const drop = higher ? baseline - candidate : candidate - baseline;
  if (kind === 'bar') return { rule: rule(`${higher ? 'min' : 'max'}=${candidate}`), truth: candidate };
  if (drop < 0) return null;
  const margin = (amount) => rule(`${higher ? 'max-drop' : 'max-rise'}=${amount}`);
  if (kind === '%') {
    const percentage = margin(`${100 * (drop / baseline)}%`);
    return { rule: percentage, truth: 0, margin: null, drop };
  }
  return { rule: margin(drop), truth: candidate - baseline, margin, drop };
}

/** Rules at the margin of a population, of those that have one: what each asks, and what is true there. */
export function rulesAtMargin(gate, population, names) {
  return names.flatMap((name) => {
    const rule = ruleAt(gate, name, truthOf(gate, population, name.split(' ')[0]));
    return rule === null ? [] : [{ name, ...rule }];
  });
}

const truths = new Map();

/** A metric of both models on the whole population; computed once. */
function truthOf(gate, population, metric) {
  const known = truths.get(population) ?? {};
  truths.set(population, known);
  known[metric] ??= Object.fromEntries(
    ['candidate', 'baseline'].map((side) => [side, gate.value(metric, wholeTable(population, side))]),
  );
  return known[metric];
}

/** Of as many draws at the margin two, one after the other, are followed by equal models. */
const EQUAL_EVERY = 6;

const COUNTS = { pass: 0, fail: 0, inconclusive: 0, error: 0, null: 0 };

function emptyTally(name) {
  return {
    /** `rarer`, `discordant`: rows of the rarer class and discordant ones expected in all draws; `had`: intervals; `held`: those with the truth inside; `carried`: those that rows enough stand behind. */
    ...{
      name,
      draws: 0,
      rarer: 0,
      discordant: 0,
      methods: [],
      had: 0,
      held: 0,
      carried: 0,
      carriedHeld: 0,
      atMargin: { ...COUNTS },
    },
    /** Equal models, at margins of 0, half the effect stated on the draw before, and all of it. */
    equal: { zero: { ...COUNTS }, half: { ...COUNTS }, stated: { ...COUNTS } },
    worse: { ...COUNTS },
    effects: [],
    peers: {},
  };
}

/**
 * Draws samples of `n` rows of a population and has the gate judge them: the candidate at the margin, then two equal
 * models. The smallest effects that one sample states are the margins of the next.
 */
export function runStudy(gate, { population: spec, n, rules: names, draws, seed, alpha = 0.05 }) {
  const population = populationOf(spec);
  const random = makeRandom(seed);
  const asked = rulesAtMargin(gate, population, names);
  const tallies = asked.map(({ name }) => emptyTally(name));
  const [rarer, discordant] = [n * rarerShare(population), n * discordantShare(population)];
  const stated = { worse: asked.map(() => null), equal: asked.map(() => null) };
  const history = asked.map(() => []);
  for (let draw = 0; draw < draws; draw++) {
    const worse = sample(population, n, random);
    for (const tally of tallies) {
      tally.rarer += rarer;
      tally.discordant += discordant;
    }
    judgeWorse(gate, worse, { asked, tallies, stated: stated.worse, alpha });
    if (draw % EQUAL_EVERY > 1) continue;
    const equal = sample(population, n, random, { equal: true });
    judgeEqual(gate, equal, { asked, tallies, stated: stated.equal, alpha });
    countPeers(gate, { worse, equal }, { asked, tallies, history, stated: stated.equal });
  }
  return tallies;
}

/** Share of the rarest class; of groups, and without classes, 1. */
function rarerShare({ task, label, classes, rows, starts }) {
  if (task === 'regression' || starts) return 1;
  const counts = classes.map(() => 0);
  for (const code of label) counts[code] += 1;
  return Math.min(...counts) / rows;
}

/** Share of rows that one model alone has right; 1 where rows are not right or wrong. */
function discordantShare({ task, label, candidate, baseline, rows }) {
  if (task === 'regression') return 1;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const ours = candidate.prediction[row] === label[row];
    if (ours !== (baseline.prediction[row] === label[row])) count += 1;
  }
  return count / rows;
}

function judgeWorse(gate, tables, { asked, tallies, stated, alpha }) {
  // A true drop of the effect stated: the margin is that much below it.
  const beyond = asked.map(({ margin, drop }, at) =>
    margin && stated[at] !== null && drop > stated[at] ? margin(drop - stated[at]) : null,
  );
  const rules = [...asked.map(({ rule }) => rule), ...beyond.filter((rule) => rule !== null)];
  const results = gate.judge(tables, rules, { alpha });
  let next = asked.length;
  for (const [at, { truth }] of asked.entries()) {
    countAtMargin(tallies[at], results[at], truth);
    if (beyond[at] !== null) tallies[at].worse[results[next++].verdict] += 1;
    stated[at] = results[at].evidence.mde?.pass ?? null;
  }
}

function countAtMargin(tally, { verdict, evidence }, truth) {
  const { method, interval, mde } = evidence;
  tally.draws += 1;
  tally.atMargin[verdict] += 1;
  if (!tally.methods.includes(method)) tally.methods.push(method);
  if (!interval) return;
  const held = truth >= interval[0] && truth <= interval[1] ? 1 : 0;
  tally.had += 1;
  tally.held += held;
  if (mde !== null) tally.carried += 1;
  if (mde !== null) tally.carriedHeld += held;
}

function judgeEqual(gate, tables, { asked, tallies, stated, alpha }) {
  const places = asked.flatMap(({ margin }, at) => {
    if (!margin) return [];
    const effect = stated[at];
    const rest =
      effect === null
        ? []
        : [
            ['half', effect / 2],
            ['stated', effect],
          ];
    return [['zero', 0], ...rest].map(([place, amount]) => ({ at, place, rule: margin(amount) }));
  });
  const results = gate.judge(
    tables,
    places.map(({ rule }) => rule),
    { alpha },
  );
  places.forEach(({ at, place }, i) => {
    const { verdict, evidence } = results[i];
    tallies[at].equal[place][verdict] += 1;
    if (place !== 'zero') return;
    stated[at] = evidence.mde?.pass ?? null;
    if (stated[at] !== null) tallies[at].effects.push(stated[at]);
  });
}

function countPeers(gate, { worse, equal }, { asked, tallies, history, stated }) {
  asked.forEach(({ name, margin, drop }, at) => {
    if (!margin) return;
    const counts = tallies[at].peers;
    const places = { atMargin: [worse, drop], zero: [equal, 0], stated: [equal, stated[at]] };
    for (const [place, [tables, amount]] of Object.entries(places)) {
      if (amount === null) continue;
      for (const [peer, verdict] of peerVerdicts(gate, name, tables, amount, history[at])) {
        counts[peer] ??= { atMargin: { ...COUNTS }, zero: { ...COUNTS }, stated: { ...COUNTS } };
        counts[peer][place][verdict] += 1;
      }
    }
    history[at] = [...history[at], gate.value(name, equal.baseline)].slice(-10);
  });
}
