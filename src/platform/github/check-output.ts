import type { Annotation, CheckRequest } from '../types.ts';
import { cutUnits, fitBytes } from './text-limits.ts';

/** GitHub's limits: bytes of summary and text, units of a title, bytes of a message, annotations a request. */
const textBytes = 65_535;
const titleUnits = 255;
const messageBytes = 64_000;
const annotationsAtOnce = 50;

export interface ApiAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: Annotation['level'];
  title: string;
  message: string;
}

export interface CheckOutput {
  title: string;
  summary: string;
  text: string;
}

/** What a check shows, within GitHub's limits. */
export function outputOf({ name, title, summary, text }: CheckRequest): CheckOutput {
  return {
    title: cutUnits(title || name, titleUnits),
    summary: fitBytes(summary, textBytes),
    text: fitBytes(text, textBytes),
  };
}

/** Annotations in batches that one request takes; at least one batch. */
export function annotationBatches(annotations: readonly Annotation[]): ApiAnnotation[][] {
  const batches: ApiAnnotation[][] = [];
  for (let start = 0; start < annotations.length || start === 0; start += annotationsAtOnce) {
    batches.push(annotations.slice(start, start + annotationsAtOnce).map(apiAnnotation));
  }
  return batches;
}

function apiAnnotation({ path, line, level, title, message }: Annotation): ApiAnnotation {
  const at = Math.max(1, Math.trunc(line));
  return {
    path,
    start_line: at,
    end_line: at,
    annotation_level: level,
    title: cutUnits(title, titleUnits),
    message: fitBytes(message || title, messageBytes),
  };
}
