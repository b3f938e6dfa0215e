/** What GitHub really answered, beside its description as cut for the tests' own GitHub (test/rig/github/openapi.json). */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledFolder } from '../../test/rig/load.mjs';

/**
 * @returns `hear(method, template, status, body)` for each answer; `found()` gives how many were compared, how many have
 * no description in the cut, and what differed, each difference once
 */
export async function createDescription() {
  const folder = compiledFolder(['test/rig/github', 'test/rig/results']);
  const { answerProblem, spec } = await import(pathToFileURL(join(folder, 'test/rig/github/spec.js')).href);
  const ids = new Map(
    Object.entries(spec.operations).map(([id, { method, path }]) => [`${method} ${anyNames(path)}`, id]),
  );
  let compared = 0;
  const unknown = new Set();
  const problems = new Set();
  return {
    hear(method, template, status, body) {
      const id = ids.get(`${method} ${anyNames(template)}`);
      if (id === undefined) return void unknown.add(`${method} ${template}`);
      compared += 1;
      const problem = answerProblem(id, status, body);
      if (problem !== null) problems.add(problem);
    },
    found: () => ({ compared, unknown: [...unknown], problems: [...problems] }),
  };
}

/** Octokit and the description name some parameters differently. */
const anyNames = (path) => path.replaceAll(/\{[^}]+\}/g, '{}');
