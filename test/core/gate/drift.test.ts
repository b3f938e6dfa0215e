import { describe, expect, test } from '@jest/globals';
import { driftRules } from '../../../src/core/gate/drift.ts';
import { policyWith } from './build.ts';

const texts = (rules: readonly string[], over = {}) =>
  driftRules(policyWith(rules, over)).map(({ text }) => text);

describe('rules that watch the last release', () => {
  test('repeat each blocking margin against the base, as warnings', () => {
    expect(
      texts(['roc_auc:max-drop=0.005', 'log_loss[origin=JFK]:max-rise=2%', 'f1:max-drop=0.1,judge=point']),
    ).toEqual([
      'roc_auc:max-drop=0.005,level=warn,against=tag',
      'log_loss[origin=JFK]:max-rise=2%,level=warn,against=tag',
      'f1:max-drop=0.1,level=warn,against=tag,judge=point',
    ]);
  });

  test.each([
    ['bars', ['accuracy:min=0.9', 'brier:max=0.2']],
    ['warnings', ['accuracy:max-drop=0.1,level=warn']],
    ['rules that name their baseline', ['accuracy:max-drop=0.1,against=best']],
    [
      'rules that stand there already',
      ['accuracy:max-drop=0.1', 'accuracy:max-drop=0.1,level=warn,against=tag'],
    ],
    ['rules of which a stricter one stands there', ['auc:max-drop=0.1', 'roc_auc:max-drop=0.05,against=tag']],
  ])('do not repeat %s', (_what, rules) => {
    expect(texts(rules)).toEqual([]);
  });

  test.each([
    ['switched off', { drift: 'off' }],
    ['judged against the release anyway', { baseline: 'tag' }],
    ['judged against what is deployed', { baseline: 'production' }],
  ])('are none where the policy is %s', (_what, over) => {
    expect(texts(['accuracy:max-drop=0.1'], over)).toEqual([]);
  });
});
