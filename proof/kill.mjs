/**
 * Deployments that are killed, cancelled or failed at every call, then reconciled: one version, true records, no lock.
 *
 * `npm run proof -- kill [--quick] [--cases] [--scenario=NAME] [--real] [--mutants]`
 *
 * Each scenario is played once undisturbed; its calls to ledger, lock, registry, target, probes and deployments, and each
 * change of a file within the target, times what can go wrong with each, are the cases. A fresh process reconciles, and
 * what must hold is compared; then the next version is deployed. `--mutants` plants faults into the driver, one after the
 * other, each of which must be noticed; `--real` kills processes with -9 at every step and deploys 2 and 20
 * versions at once. Without a flag, all of it; `--quick` is every fourth case and no mutants.
 */
import { rmSync } from 'node:fs';
import { compiledFolder } from '../test/rig/load.mjs';
import { casesOf, playCase } from './kill/cases.mjs';
import { loadModules } from './kill/modules.mjs';
import { mutants } from './kill/mutants.mjs';
import { deployAtOnce, killForReal } from './kill/real.mjs';
import { scenarios } from './kill/scenarios.mjs';
import { table } from './lib/table.mjs';
import { mutated } from './race/modules.mjs';

const option = (name) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
const has = (flag) => process.argv.includes(`--${flag}`);
const print = (line) => process.stdout.write(`${line}\n`);
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;

/** The reconcile after a kill is killed, too, at one of its first calls. */
const secondKills = 12;

/** The cases to play, with their numbers. */
function chosen(faults) {
  return [...faults.entries()].filter(([i]) => !has('quick') || i % 4 === 0);
}

/** Plays every case of every scenario and tells `onBad` of those that do not hold, until it says that it has enough. */
async function playAll(modules, onBad) {
  const counts = new Map();
  for (const scenario of scenarios.filter(({ name }) => [null, name].includes(option('scenario')))) {
    const { calls, violations, faults } = await casesOf(scenario, modules);
    counts.set(scenario.name, { calls: calls.length, cases: 0 });
    if (violations.length > 0 && onBad(`${scenario.name}, undisturbed`, violations)) return counts;
    for (const [i, fault] of chosen(faults)) {
      const again = ['before', 'after'].includes(fault.kind) ? i % secondKills : null;
      const { violations: found } = await playCase(scenario, modules, fault, again);
      counts.get(scenario.name).cases += 1;
      const what = `${scenario.name}, ${fault.kind} at ${fault.number} (${fault.name})`;
      if (found.length > 0 && onBad(what, found)) return counts;
    }
  }
  return counts;
}

const sum = (counts) => [...counts.values()].reduce((total, { cases }) => total + cases, 0);

async function proveCases() {
  const modules = await loadModules(compiledFolder(['src']));
  let bad = 0;
  const counts = await playAll(modules, (what, found) => {
    bad += 1;
    print(`${what}:\n  ${found.join('\n  ')}`);
    return false;
  });
  const rows = [...counts].map(([name, { calls, cases }]) => [name, calls, cases]);
  print(table(['scenario', 'calls', 'cases'], rows));
  print(`${sum(counts)} cases, ${bad} of them bad (${seconds()})`);
  return bad === 0;
}

async function proveMutants() {
  let missed = 0;
  for (const mutant of mutants) {
    const folder = mutated(mutant);
    try {
      let first = null;
      const counts = await playAll(await loadModules(folder), (what, found) => {
        first = `${what}: ${found[0]}`;
        return true;
      });
      if (first === null) missed += 1;
      const how = first === null ? `MISSED  ${mutant.name}` : `caught  ${mutant.name}: ${first}`;
      print(`${how} (${sum(counts)} cases)`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  print(`${mutants.length - missed} of ${mutants.length} planted faults caught (${seconds()})`);
  return missed === 0;
}

async function proveReal() {
  const { count, bad } = await killForReal(print);
  print(`${count} processes killed with -9, ${bad} of them badly (${seconds()})`);
  let wrong = bad;
  for (const many of [2, 20]) {
    const { done, refused, bad: found } = await deployAtOnce(many, print);
    print(`${many} deployments at once: ${done} live in turn, ${refused} refused as lower (${seconds()})`);
    wrong += found;
  }
  return wrong === 0;
}

const parts = { cases: proveCases, real: proveReal, mutants: proveMutants };
const asked = Object.keys(parts).filter((part) => has(part));
let proved = true;
const usual = Object.keys(parts).filter((part) => !has('quick') || part !== 'mutants');
for (const part of asked.length > 0 ? asked : usual) proved = (await parts[part]()) && proved;
process.exitCode = proved ? 0 : 1;
