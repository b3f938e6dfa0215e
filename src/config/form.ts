import { nearest } from '../core/nearest.ts';
import { type Locate, type Problem, quoted, step } from './problems.ts';
import type { YamlTree } from './yaml.ts';

/** The shortest configuration that trains, evaluates and gates. */
export const shortestExample = `version: 1
model: my-model
pipeline:
  train: { run: python train.py, deps: [train.py], metrics: [metrics.json] }
gate:
  - { metric: accuracy, max-drop: 0.01 }
`;

/**
 * What must hold before the schema can say anything useful: a map, a version we read, one of the two forms. At most
 * one problem.
 */
export function formProblems({ value, locate }: YamlTree, file: string): Problem[] {
  const found = mapProblem(value, locate, file);
  if (found !== null) return [found];
  const keys = value as Record<string, unknown>;
  const problem = versionProblem(keys, locate, file) ?? modelsProblem(keys, locate, file);
  return problem === null ? [] : [problem];
}

function mapProblem(value: unknown, locate: Locate, file: string): Problem | null {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return null;
  const held = Array.isArray(value) ? 'holds a list' : 'holds a single value';
  return {
    place: locate(''),
    message: `${file} ${value === null || value === undefined ? 'is empty' : held}.`,
    expected: 'a map of keys',
    hint: `The shortest is:\n${shortestExample}`,
  };
}

function modelsProblem(keys: Record<string, unknown>, locate: Locate, file: string): Problem | null {
  const one = Object.hasOwn(keys, 'model');
  const several = Object.hasOwn(keys, 'models');
  if (one && several) {
    return {
      place: locate('/models', 'key'),
      message: 'Both "model" and "models" are there.',
      expected: 'one of them',
      hint: 'Move the single model and its keys below "models".',
    };
  }
  if (one || several) return null;
  const misspelt = Object.keys(keys).find(
    (key) => key !== 'version' && nearest(key, ['model', 'models']) !== null,
  );
  return {
    place: misspelt === undefined ? locate('') : locate(step('', misspelt), 'key'),
    message: `${file} names no model.`,
    expected: '"model: NAME" with that model\'s keys beside it, or "models:" with a section for each',
    ...(misspelt !== undefined && {
      hint: `Did you mean ${quoted(nearest(misspelt, ['model', 'models']) ?? '')} by ${quoted(misspelt)}?`,
    }),
  };
}

function versionProblem(keys: Record<string, unknown>, locate: Locate, file: string): Problem | null {
  const { version } = keys as { version?: unknown };
  const expected = '"version: 1"';
  if (version === 1) return null;
  if (!Object.hasOwn(keys, 'version')) {
    return {
      place: locate(''),
      message: `${file} does not say its version.`,
      expected,
      hint: 'Write "version: 1" as the first line.',
    };
  }
  const place = locate('/version', 'value');
  if (typeof version === 'number' && version > 1) {
    const message = `${file} is version ${version}; this trainyard reads version 1.`;
    return { place, message, expected, hint: 'Upgrade trainyard to a release that reads it.' };
  }
  const shown = version === null ? 'empty' : JSON.stringify(version)?.slice(0, 80);
  const hint = version === '1' ? 'Remove the quotes.' : 'Write "version: 1".';
  return { place, message: `The version of ${file} cannot be ${shown}.`, expected, hint };
}
