import type { Outcome } from '../core/gate/types.ts';
import { alert } from './blocks.ts';
import { code, inline } from './escape.ts';
import { countOf, formatCount } from './numbers.ts';
import type { ModelReport, Report } from './types.ts';
import { OUTCOME_ORDER, outcomeWords } from './words.ts';

const SENTENCE_LIMIT = 600;

/** The first thing read: verdict, then the reason. */
export function headline(report: Report): string {
  const only = report.models.length === 1 ? report.models[0] : undefined;
  const subject = only === undefined ? tally(report.models) : code(only.model);
  const words = outcomeWords(report.outcome);
  const lines = [`**${words.word}** · ${subject}`, reason(report.outcome)];
  return alert(
    words.alert,
    lines.filter((line) => line !== ''),
  );
}

/** One model's verdict in a line, for reports of several and for the smallest size. */
export function verdictLine(model: ModelReport): string {
  const words = outcomeWords(model.outcome);
  return `${words.symbol} **${words.word}** · ${code(model.model)} · ${reason(model.outcome)}`;
}

/** Models sorted worst first, equals by name. */
export function worstFirst(models: readonly ModelReport[]): ModelReport[] {
  const rank = (model: ModelReport) => OUTCOME_ORDER.indexOf(model.outcome.kind);
  return [...models].sort((a, b) => rank(a) - rank(b) || (a.model < b.model ? -1 : 1));
}

export function reason(outcome: Outcome): string {
  return inline(outcome.sentence, SENTENCE_LIMIT);
}

/** `3 models: 1 fail, 2 pass`. */
function tally(models: readonly ModelReport[]): string {
  const counts = new Map<string, number>();
  for (const model of worstFirst(models)) {
    const { short } = outcomeWords(model.outcome);
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${formatCount(count)} ${word}`);
  return [countOf(models.length, 'model'), parts.join(', ')].filter((part) => part !== '').join(': ');
}
