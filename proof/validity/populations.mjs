import { realPopulation } from './real.mjs';
import { grouped, regression, twoClasses } from './simulated.mjs';

const KINDS = { 'two-classes': twoClasses, regression, grouped, real: realPopulation };
const made = new Map();

/** The rows that samples are drawn from; each made once. */
export function populationOf(spec) {
  const key = JSON.stringify(spec);
  const { kind, ...settings } = spec;
  if (!made.has(key)) made.set(key, KINDS[kind](settings));
  return made.get(key);
}
