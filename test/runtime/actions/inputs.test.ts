import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readInputs } from '../../../src/runtime/actions/index.ts';

const before = process.env;
beforeEach(() => {
  process.env = {};
});
afterEach(() => {
  process.env = before;
});

function given(values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) process.env[`INPUT_${name.toUpperCase()}`] = value;
  return readInputs();
}

/** The ConfigError that reading gave. */
function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

describe('an input', () => {
  test('is trimmed, under its name of action.yml', () => {
    expect(given({ 'github-token': ' ghs_a\n' }).text('github-token')).toBe('ghs_a');
  });

  test.each(['', '  ', '\n\n'])('that is %j is absent', (value) => {
    const inputs = given({ x: value });
    expect([inputs.text('x'), inputs.list('x'), inputs.boolean('x'), inputs.oneOf('x', ['a'])]).toEqual([
      null,
      [],
      null,
      null,
    ]);
  });

  test('that nobody gave is absent', () => {
    expect(readInputs().text('x')).toBeNull();
  });

  test('that is required is named when it is missing', () => {
    expect(given({ x: 'a' }).required('x', 'a path')).toBe('a');
    expect(refusal(() => readInputs().required('metrics', 'paths of metrics files'))).toMatchObject({
      name: 'ConfigError',
      message: 'The input "metrics" is missing.',
      expected: 'paths of metrics files',
      hint: expect.stringContaining('"metrics:"'),
    });
  });
});

describe('a list', () => {
  test('has one entry per line, trimmed', () => {
    expect(given({ metrics: ' a.json\r\n\n  \nb, c.json \n' }).list('metrics')).toEqual([
      'a.json',
      'b, c.json',
    ]);
  });
});

describe('a boolean', () => {
  test.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('%s is %s', (text, value) => {
    expect(given({ x: text }).boolean('x')).toBe(value);
  });

  test.each(['yes', 'on', '1', 'tRUE', 'true false'])('%s is refused, with the remedy', (text) => {
    expect(refusal(() => given({ 'dry-run': text }).boolean('dry-run'))).toMatchObject({
      name: 'ConfigError',
      message: `The input "dry-run" is "${text}".`,
      expected: 'true or false',
      hint: expect.stringContaining('Write true or false'),
    });
  });
});

describe('one of several', () => {
  const choices = ['start', 'train', 'report'] as const;

  test('is that one', () => {
    expect(given({ phase: 'report' }).oneOf('phase', choices)).toBe('report');
  });

  test('is refused when it is another, with the nearest', () => {
    expect(refusal(() => given({ phase: 'reprot' }).oneOf('phase', choices))).toMatchObject({
      name: 'ConfigError',
      message: 'The input "phase" is "reprot".',
      expected: 'start, train, report',
      hint: 'Did you mean "report"?',
    });
  });

  test('is quoted on one line and cut', () => {
    const error = refusal(() => given({ phase: `x\n${'y'.repeat(1000)}` }).oneOf('phase', choices)) as Error;
    expect(error.message).not.toContain('\n');
    expect(error.message.length).toBeLessThan(120);
  });
});
