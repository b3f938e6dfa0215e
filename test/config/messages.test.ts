import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import { formatPlace } from '../../src/core/errors.ts';
import { caught } from './caught.ts';

const head = 'version: 1\nmodel: churn\n';

/** Name, text, place, message, and a part of what is expected or how to mend it. */
const cases: [string, string, string, string, string][] = [
  ['an empty file', '', '1:1', 'trainyard.yml is empty.', 'The shortest is:\nversion: 1\n'],
  ['only comments', '# nothing\n', '1:1', 'trainyard.yml is empty.', 'a map of keys'],
  ['a list', '- a', '1:1', 'trainyard.yml holds a list.', 'a map of keys'],
  ['a single text', 'hello', '1:1', 'trainyard.yml holds a single value.', 'a map of keys'],
  [
    'no version',
    'model: a',
    '1:1',
    'trainyard.yml does not say its version.',
    'Write "version: 1" as the first line.',
  ],
  [
    'a newer version',
    'version: 2\nnew: 1',
    '1:10',
    'trainyard.yml is version 2; this trainyard reads version 1.',
    'Upgrade trainyard',
  ],
  [
    'a quoted version',
    'version: "1"',
    '1:10',
    'The version of trainyard.yml cannot be "1".',
    'Remove the quotes.',
  ],
  ['version nothing', 'version:', '1:9', 'The version of trainyard.yml cannot be empty.', '"version: 1"'],
  ['no model', 'version: 1', '1:1', 'trainyard.yml names no model.', '"model: NAME"'],
  [
    'a misspelt model',
    'version: 1\nmodle: a',
    '2:1',
    'trainyard.yml names no model.',
    'Did you mean "model" by "modle"?',
  ],
  ['both forms', `${head}models: {}`, '3:1', 'Both "model" and "models" are there.', 'one of them'],
  ['no models', 'version: 1\nmodels: {}', '2:1', '"models" is empty.', "a model's name"],
  [
    'a model of nothing',
    'version: 1\nmodels:\n  a:',
    '3:5',
    '"a" of "models" has no value.',
    "the model's keys",
  ],
  [
    'model keys beside models',
    'version: 1\nmodels: { a: {} }\ngate: []',
    '3:1',
    'Unknown key "gate" in the file.',
    'one of version, models',
  ],
  [
    'names that differ in case',
    'version: 1\nmodels:\n  a: {}\n  A: {}',
    '4:3',
    'The models "a" and "A" differ only in upper and lower case.',
    'Rename',
  ],
  ['a name with ..', 'version: 1\nmodel: a..b', '2:8', '"model" cannot be the text "a..b".', 'without `..`'],
  [
    'a name with a slash',
    'version: 1\nmodels: { a/b: {} }',
    '2:11',
    '"a/b" cannot be a name in "models".',
    '1 to 100 letters',
  ],
  [
    'a name that is a number',
    'version: 1\nmodel: 2024',
    '2:8',
    '"model" cannot be 2024.',
    'Put it in quotes: "2024".',
  ],
  ['an unknown key', `${head}gaet: []`, '3:1', 'Unknown key "gaet" in the file.', 'Did you mean "gate"?'],
  [
    'an underscore for a dash',
    `${head}gate:\n  dry_run: true`,
    '4:3',
    'Unknown key "dry_run" in "gate".',
    'Did you mean "dry-run"?',
  ],
  ['a text in disguise', `${head}"ga\\u202ete": 1`, '3:1', 'Unknown key "ga\\u202ete" in the file.', 'gate'],
  ['a duplicate key', `${head}path: a\npath: b`, '4:1', 'The key "path" is there twice.', 'Remove one'],
  ['a merge key', `${head}gate: { <<: { alpha: 0.1 } }`, '3:9', 'Unknown key "<<" in "gate".', 'Merge keys'],
  ['a key that is a list', `${head}? [a]\n: b`, '3:3', 'A key must be a text.', ''],
  ['a tab', `${head}gate:\n\t- a`, '4:1', 'A tab is used for indentation.', 'replace the tab'],
  [
    'two documents',
    `${head}---\na: 1`,
    '3:1',
    'The file contains several YAML documents.',
    'remove the line "---"',
  ],
  ['a tag', `${head}seed: !secret 1`, '3:7', 'Unresolved tag: !secret.', 'Tags have no meaning here'],
  ['an unknown alias', `${head}seed: *gone`, '3:7', 'There is no anchor "&gone" before this alias.', ''],
  [
    'an alias in itself',
    `${head}pipeline: &a { train: *a }`,
    '3:23',
    'The alias "*a" contains itself.',
    'Write the value out.',
  ],
  [
    'a control character',
    `${head}path: a\u0007`,
    '3:8',
    'The file contains the control character "\\u0007".',
    'Remove it',
  ],
  [
    'an unclosed list',
    `${head}gate: [`,
    '3:8',
    'This is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    '',
  ],
  [
    'a colon in plain text',
    `${head}path: a: b`,
    '3:7',
    'This is not valid YAML: Nested mappings are not allowed in compact mappings',
    'in quotes',
  ],
  [
    'a path upwards',
    `${head}path: models/../../x`,
    '3:7',
    '"path" cannot be the text "models/../../x".',
    'without `..`',
  ],
  ['an absolute path', `${head}path: /x`, '3:7', '"path" cannot be the text "/x".', 'not absolute'],
  ['a drive', `${head}path: 'C:\\x'`, '3:7', '"path" cannot be the text "C:\\\\x".', 'not absolute'],
  ['a seed with a fraction', `${head}seed: 1.5`, '3:7', '"seed" cannot be 1.5.', 'a whole number'],
  [
    'a seed beyond exact numbers',
    `${head}seed: 12345678901234567890`,
    '3:7',
    '"seed" cannot be 12345678901234567000.',
    'a whole number',
  ],
  [
    'an infinite bar',
    `${head}gate: [{ metric: f1, min: 1e999 }]`,
    '3:27',
    '"min" of entry 1 cannot be Infinity.',
    'a number',
  ],
  [
    'a bar that is no number',
    `${head}gate: [{ metric: f1, min: .nan }]`,
    '3:27',
    '"min" of entry 1 cannot be NaN.',
    'a number',
  ],
  [
    'a bar in percent',
    `${head}gate: [{ metric: f1, min: 90% }]`,
    '3:27',
    '"min" of entry 1 cannot be the text "90%".',
    'Write a number: 0.9.',
  ],
  [
    'a margin in quotes',
    `${head}gate: [{ metric: f1, max-drop: "0.1" }]`,
    '3:32',
    '"max-drop" of entry 1 cannot be the text "0.1".',
    'Remove the quotes.',
  ],
  [
    'a negative margin',
    `${head}gate: [{ metric: f1, max-drop: -2% }]`,
    '3:32',
    'max-drop is a margin and cannot be negative.',
    '',
  ],
  [
    'a drop where lower is better',
    `${head}gate: [{ metric: log_loss, max-drop: 1 }]`,
    '3:28',
    '"max-drop" says nothing about "log_loss": lower is better.',
    'Write max-rise',
  ],
  [
    'a rise where higher is better',
    `${head}gate: [{ metric: f1, max-rise: 1 }]`,
    '3:22',
    '"max-rise" says nothing about "f1": higher is better.',
    'Write max-drop',
  ],
  [
    'a drop where the file says lower',
    `${head}metrics: { x: lower }\ngate: [{ metric: x, max-drop: 1 }]`,
    '4:21',
    '"max-drop" says nothing about "x": lower is better.',
    'max-rise',
  ],
  [
    'a bar above the ceiling',
    `${head}gate: [{ metric: f1, min: 0.9, max: 0.1 }]`,
    '3:37',
    'No value of "f1" is both at least 0.9 and at most 0.1.',
    'min and max',
  ],
  [
    'a rule of no requirement',
    `${head}gate:\n  - metric: f1`,
    '4:5',
    'Entry 1 of "gate" asks for nothing.',
    'at least one of min, max, too-good, max-drop, max-rise',
  ],
  [
    'a rule of no metric',
    `${head}gate:\n  - min: 1`,
    '4:5',
    'Entry 1 of "gate" has no "metric".',
    'Add "metric: …".',
  ],
  [
    'a rule that is a text',
    `${head}gate: [f1]`,
    '3:8',
    'Entry 1 of "gate" cannot be the text "f1".',
    'a rule: a map with `metric`',
  ],
  [
    'a gate that is a text',
    `${head}gate: f1`,
    '3:7',
    '"gate" cannot be the text "f1".',
    'a list of rules, or a map with `rules`',
  ],
  [
    'a gate of nothing',
    `${head}gate:`,
    '3:6',
    '"gate" has no value.',
    'a list of rules, or a map with `rules`',
  ],
  [
    'yes for true',
    `${head}gate: { dry-run: yes }`,
    '3:18',
    '"dry-run" of "gate" cannot be the text "yes".',
    'YAML 1.2 reads it as text: write true or false.',
  ],
  [
    'an alpha too large',
    `${head}gate: { alpha: 0.5 }`,
    '3:16',
    '"alpha" of "gate" cannot be 0.5.',
    'above 0 and below 0.5',
  ],
  [
    'a misspelt choice',
    `${head}gate: { on-inconclusive: blok }`,
    '3:26',
    '"on-inconclusive" of "gate" cannot be the text "blok".',
    'Did you mean "block"?',
  ],
  [
    'a slice without a value',
    `${head}gate: [{ metric: f1, min: 0, slice: JFK }]`,
    '3:37',
    'The slice "JFK" is not understood.',
    '`column=value`',
  ],
  [
    'a slice that is a list',
    `${head}gate: [{ metric: f1, min: 0, slice: [a] }]`,
    '3:30',
    '"slice" of entry 1 cannot be a list.',
    '`column=value`',
  ],
  [
    'a direction unknown',
    `${head}metrics: { x: up }`,
    '3:15',
    '"x" of "metrics" cannot be the text "up".',
    '`higher` or `lower`',
  ],
  [
    'a metric that is a number',
    `${head}metrics: { x: 1 }`,
    '3:15',
    '"x" of "metrics" cannot be 1.',
    '`higher`, `lower`, or a map',
  ],
  [
    'a text for a list',
    `${head}predictions: { slices: plan }`,
    '3:24',
    '"slices" of "predictions" cannot be the text "plan".',
    'Write it as a list: [plan].',
  ],
  [
    'a list with a twin',
    `${head}predictions: { slices: [plan, age, plan] }`,
    '3:16',
    '"slices" of "predictions" lists the text "plan" twice.',
    'Remove one',
  ],
  [
    'edges in the wrong order',
    `${head}predictions:\n  slices:\n    - plan\n    - { column: age, bins: [30, 18] }`,
    '6:7',
    'The slice "age" needs edges that are ascending numbers.',
    '',
  ],
  [
    'bins and quantiles together',
    `${head}predictions: { slices: [{ column: age, bins: [30], quantiles: 4 }] }`,
    '3:25',
    'The slice "age" has both bins and quantiles.',
    '',
  ],
  [
    'a column with neither',
    `${head}predictions: { slices: [{ column: age }] }`,
    '3:25',
    'Entry 1 of "slices" asks for nothing.',
    'at least one of bins, quantiles',
  ],
  [
    'a column with bins twice',
    `${head}predictions: { slices: [{ column: age, bins: [30] }, { column: age, quantiles: 4 }] }`,
    '3:16',
    'The column "age" has bins twice.',
    'keep one of them',
  ],
  [
    'a store of predictions that there is not',
    `${head}predictions: { store: artefact }`,
    '3:23',
    '"store" of "predictions" cannot be the text "artefact".',
    'Did you mean "artifact"?',
  ],
  [
    'a store of candidates that there is not',
    `${head}candidates: { store: ledger }`,
    '3:22',
    '"store" of "candidates" cannot be the text "ledger".',
    '`artifact`, `draft-release` or `path`',
  ],
  [
    'predictions in a folder without one',
    `${head}predictions:\n  store: path`,
    '4:10',
    '"predictions" are to be kept in a folder, and none is named.',
    'Write "predictions: { store: path, path: /mnt/trainyard }".',
  ],
  [
    'candidates in a folder without one',
    `${head}candidates: { store: path }`,
    '3:22',
    '"candidates" are to be kept in a folder, and none is named.',
    '"path", a folder that all runners share',
  ],
  [
    'a folder with another store',
    `${head}predictions: { store: ledger, path: x }`,
    '3:31',
    '"path" of "predictions" says nothing with "store: ledger", only with "store: path".',
    'Write "store: path", or remove "path".',
  ],
  [
    'a folder without a store',
    `${head}candidates: { path: models }`,
    '3:15',
    '"path" of "candidates" says nothing without "store: path".',
    'the folder of "store: path"',
  ],
  [
    'an empty folder',
    `${head}candidates: { store: path, path: "" }`,
    '3:34',
    '"path" of "candidates" is empty.',
    'absolute or below the root',
  ],
  [
    'an unknown column',
    `${head}predictions: { columns: { lable: y } }`,
    '3:27',
    'Unknown key "lable" in "columns" of "predictions".',
    'Did you mean "label"?',
  ],
];

describe('a configuration is refused with line, column and remedy', () => {
  test.each(cases)('%s', (_name, text, place, message, remedy) => {
    const error = caught(() => parseConfig(text, 'trainyard.yml'));

    expect(error.message).toBe(message);
    expect(error.place && formatPlace(error.place)).toBe(`trainyard.yml:${place}`);
    expect(`${error.expected}\n${error.hint}`).toContain(remedy);
  });

  test.each([
    [
      'nested too deep',
      `${head}pipeline: ${'['.repeat(80)}${']'.repeat(80)}`,
      'Values are nested deeper than 64 levels.',
    ],
    [
      'nested 100,000 levels',
      `${head}pipeline: ${'['.repeat(100_000)}`,
      'Values are nested deeper than 64 levels.',
    ],
    [
      'aliases that multiply',
      `${head}pipeline:\n  a: &a [1,1,1,1,1,1,1,1,1,1]\n${['b', 'c', 'd', 'e', 'f', 'g']
        .map((name, i) => `  ${name}: &${name} [${Array(10).fill(`*${'abcdef'[i]}`)}]`)
        .join('\n')}`,
      'The file holds more than 50000 values, aliases expanded.',
    ],
    [
      'too long',
      `${head}#${'x'.repeat(1_048_576)}`,
      'The file has 1048601 characters; a configuration has at most 1048576.',
    ],
  ])('%s', (_name, text, message) => {
    const error = caught(() => parseConfig(text, 'trainyard.yml'));

    expect(error.message).toBe(message);
    expect(error.place?.line).toBeGreaterThanOrEqual(1);
  });
});
