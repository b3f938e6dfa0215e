import { blocks, bullets, fold, heading, small } from './blocks.ts';
import { DETAILS, type Detail } from './detail.ts';
import { code, html, inline, link, plain } from './escape.ts';
import { reason, verdictLine, worstFirst } from './headline.ts';
import { modelSection } from './model.ts';
import { countOf } from './numbers.ts';
import type { ModelReport, Report } from './types.ts';
import { outcomeWords } from './words.ts';

const NOTE_LIMIT = 400;

/** Where a rendering goes: how much fits there, and what to say about what does not. */
export interface Destination {
  limit: number;
  /** Size of a text as the destination counts it. */
  measure: (text: string) => number;
  /** What comes before everything else: marker and headline, or nothing. */
  opening: string;
  /** Where a reader finds what was left out. */
  elsewhere: string;
}

/**
 * The largest rendering that fits: whole, then without what matters least, at last a line per model. Blocks are
 * left out whole, so no fence, fold, table or character is ever cut.
 */
export function compose(report: Report, destination: Destination): string {
  for (const detail of DETAILS) {
    if (detail.linesOnly) break;
    const text = rendering(report, detail, destination);
    if (destination.measure(text) <= destination.limit) return text;
  }
  return lines(report, destination);
}

function rendering(report: Report, detail: Detail, destination: Destination): string {
  const models = worstFirst(report.models);
  const body =
    models.length === 1
      ? modelSection(models[0] as ModelReport, detail)
      : blocks(models.map((m) => section(m, detail)));
  const notes = bullets(report.notes.map((note) => inline(note, NOTE_LIMIT)));
  return joined([destination.opening, notes, body, omission(report, detail, destination), foot(report)]);
}

function joined(parts: readonly string[]): string {
  return `${blocks(parts)}\n`;
}

/** One of several models: those that pass are folded, the others stand open. */
function section(model: ModelReport, detail: Detail): string {
  const words = outcomeWords(model.outcome);
  const body = modelSection(model, detail);
  if (model.outcome.kind !== 'pass') {
    return blocks([
      heading(3, `${words.symbol} ${code(model.model)}: ${words.word.toLowerCase()}`),
      reason(model.outcome),
      body,
    ]);
  }
  if (!detail.passingModels) return verdictLine(model);
  const name = `<code>${html(plain(model.model))}</code>`;
  return fold(`${words.symbol} ${name}: ${words.word.toLowerCase()}`, blocks([reason(model.outcome), body]));
}

function lines(report: Report, destination: Destination): string {
  const models = worstFirst(report.models);
  const detail = DETAILS.at(-1) as Detail;
  const around = [omission(report, detail, destination), foot(report)];
  const whole = (shown: readonly string[]) => {
    const left = models.length - shown.length;
    const more = left > 0 ? `and ${countOf(left, 'more model')}` : '';
    return joined([destination.opening, ...shown, more, ...around]);
  };
  const shown: string[] = [];
  let room = destination.limit - destination.measure(whole([]));
  for (const model of models) {
    const line = verdictLine(model);
    room -= destination.measure(line) + 2;
    if (room < 0) break;
    shown.push(line);
  }
  return whole(shown);
}

function omission(report: Report, detail: Detail, destination: Destination): string {
  if (detail.omitted === '') return '';
  const where =
    report.links.report === null ? destination.elsewhere : link(destination.elsewhere, report.links.report);
  return `**Shortened.** Left out here to fit: ${detail.omitted}. All of it: ${where}.`;
}

function foot(report: Report): string {
  const { run, report: whole, docs } = report.links;
  const parts = [
    `trainyard ${inline(report.version)}`,
    inline(report.project),
    run === null ? '' : link('run', run),
    whole === null ? '' : link('whole report', whole),
    docs === null ? '' : link('how to read this', docs),
  ];
  return small(parts.filter((part) => part !== '').join(' · '));
}
