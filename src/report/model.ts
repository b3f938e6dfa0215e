import { blocks, bullets } from './blocks.ts';
import { changesSection, policySection } from './changes.ts';
import { confusionFold } from './confusion.ts';
import type { Detail } from './detail.ts';
import { inline } from './escape.ts';
import { methodSection } from './method.ts';
import { metricsSection } from './metrics.ts';
import { countOf } from './numbers.ts';
import { comparedLine, provenanceSection, refusals } from './provenance.ts';
import { rulesSection } from './rules.ts';
import { sliceFamilySection } from './slice-families.ts';
import { slicesSection } from './slices.ts';
import type { ModelReport } from './types.ts';

const SENTENCE_LIMIT = 600;
/** Classes of a confusion matrix. */
const MOST_CLASSES = 12;

/** Everything about one model below its verdict, in the order a reviewer asks. */
export function modelSection(model: ModelReport, detail: Detail): string {
  return blocks([
    comparedLine(model),
    notes(model, detail),
    rulesSection(model, detail),
    sliceFamilySection(model, detail),
    policySection(model, detail),
    metricsSection(model, detail),
    slicesSection(model, detail),
    confusionSection(model, detail),
    changesSection(model, detail),
    detail.method ? methodSection(model) : '',
    detail.provenance ? provenanceSection(model) : '',
  ]);
}

/** Only where it is small enough to be read in a comment. */
function confusionSection({ comparison: { confusion } }: ModelReport, detail: Detail): string {
  if (!confusion || !detail.method || confusion.candidate.classes.length > MOST_CLASSES) return '';
  return confusionFold(confusion.candidate, confusion.baseline);
}

function notes(model: ModelReport, detail: Detail): string {
  const { comparability, warnings } = model.comparison;
  const sentences = [...new Set([...model.notes, ...comparability.notes, ...warnings])];
  const left = sentences.length - detail.notes;
  return blocks([
    bullets(sentences.slice(0, detail.notes).map((sentence) => inline(sentence, SENTENCE_LIMIT))),
    left > 0 ? `${countOf(left, 'more note')} not listed here.` : '',
    model.baseline === null ? noBaseline(model, detail) : '',
  ]);
}

function noBaseline(model: ModelReport, detail: Detail): string {
  return model.refusals.length === 0 ? '' : blocks(['There is no baseline:', refusals(model, detail.notes)]);
}
