import type { LogStream } from '../node/terminal-log.ts';
import { printable } from '../node/terminal-text.ts';
import type { Log } from '../types.ts';
import { type Annotation, annotationProperties, isCommand, workflowCommand } from './commands.ts';
import { createFence } from './fence.ts';

/** The log of a job: lines may become annotations of the run, with a title and at a place. */
export interface JobLog extends Log {
  warn(line: string, about?: Annotation): void;
  error(line: string, about?: Annotation): void;
  notice(line: string, about?: Annotation): void;
  /** From now on the runner shows `***` instead, in the logs of the whole job. */
  mask(secret: string): void;
}

/**
 * A log that the runner of GitHub Actions folds and annotates. Users' output passes byte for byte and is fenced, as is a
 * line of ours that quotes what looks like a command. Progress is left out. Everything has to go to one stream: the
 * runner reads stdout and stderr side by side.
 */
export function createJobLog(stream: LogStream): JobLog {
  const fence = createFence(stream);
  let folded = false;

  const command = (name: string, text: string, about: Annotation = {}): void => {
    fence.close();
    stream.write(`${workflowCommand(name, text, annotationProperties(about))}\n`);
  };
  const annotate = (name: string) => (line: string, about?: Annotation) =>
    command(name, printableLines(line).join('\n'), about);
  const info = (text: string): void => {
    fence.close();
    for (const line of printableLines(text)) {
      if (isCommand(line)) fence.pass(`${line}\n`);
      else stream.write(`${line}\n`);
      fence.close();
    }
  };
  const endGroup = (): void => {
    if (folded) command('endgroup', '');
    folded = false;
  };

  return {
    info,
    notice: annotate('notice'),
    warn: annotate('warning'),
    error: annotate('error'),
    debug: annotate('debug'),
    group(title) {
      // A fold inside a fold is not possible: the runner ends the first.
      endGroup();
      command('group', printable(title));
      folded = true;
    },
    endGroup,
    output(chunk) {
      if (fence.pass(chunk)) return;
      return new Promise<void>((resolve) => stream.once('drain', () => resolve()));
    },
    progress: () => undefined,
    mask: (secret) => command('add-mask', secret),
  };
}

function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map(printable);
}
