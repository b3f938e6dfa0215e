import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createJobLog } from '../../../src/runtime/job-log/log.ts';
import { readAsRunner } from '../../rig/runner/commands.ts';

function logged() {
  const chunks: Buffer[] = [];
  const drains: (() => void)[] = [];
  const stream = {
    room: true,
    write(data: string | Uint8Array) {
      chunks.push(Buffer.from(data));
      return stream.room;
    },
    once: (_event: 'drain', listener: () => void) => drains.push(listener),
  };
  const text = () => Buffer.concat(chunks).toString();
  return { log: createJobLog(stream), stream, drains, text, read: () => readAsRunner(text()) };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const names = ({ commands }: { commands: { name: string }[] }) => commands.map(({ name }) => name);

/** What a hostile stage or name is made of. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::set-env name=A::b',
        '::stop-commands::x',
        '::add-mask::a',
        '##[error]x',
        '##[add-mask]x',
        '::endgroup::',
        '\n',
        '\r\n',
        '\r',
        ' ',
        '\u0085',
        '::x::',
        '%0A',
      ),
      fc.string(),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

describe('lines of ours', () => {
  test('are annotations with title and place, whatever characters they have', () => {
    const { log, read } = logged();
    const place = { file: 'a,b:c%.yml', line: 3, column: 5 };

    log.warn('50% of\nlines', { title: 'Rule: a, b', place, endLine: 4 });
    log.error('bad', { place: { file: 'x.csv' } });
    log.notice('fine');
    log.debug('detail');

    expect(read()).toEqual({
      shown: [],
      commands: [
        {
          name: 'warning',
          data: '50% of\nlines',
          properties: { title: 'Rule: a, b', file: 'a,b:c%.yml', line: '3', endLine: '4', col: '5' },
        },
        { name: 'error', data: 'bad', properties: { file: 'x.csv' } },
        { name: 'notice', data: 'fine', properties: {} },
        { name: 'debug', data: 'detail', properties: {} },
      ],
    });
  });

  test('fold; a fold in a fold ends the first, and none is ended twice', () => {
    const { log, read } = logged();

    log.group('train');
    log.info('one\ntwo');
    log.group('evaluate');
    log.endGroup();
    log.endGroup();

    expect(names(read())).toEqual(['group', 'endgroup', 'group', 'endgroup']);
    expect(read().shown).toEqual(['one', 'two']);
  });

  test('show control characters instead of sending them', () => {
    const { log, text } = logged();
    log.info('a\x1b[2Jb');
    log.warn('c\u202ed');
    expect(text()).toBe('a\\x1b[2Jb\n::warning::c\\u202ed\n');
  });

  test('of progress are left out', () => {
    const { log, text } = logged();
    log.progress('50 %');
    log.progress(null);
    expect(text()).toBe('');
  });

  test('hide a secret, also one of several lines', () => {
    const { log, read } = logged();
    log.mask('one\ntwo %');
    expect(read().commands).toEqual([{ name: 'add-mask', properties: {}, data: 'one\ntwo %' }]);
  });
});

describe('output of a user’s process', () => {
  test('passes byte for byte', () => {
    const { log, text } = logged();
    const chunk = Uint8Array.from([0, 27, 91, 50, 74, 255, 254, 13, 10]);
    void log.output(chunk);
    expect(text()).toContain(Buffer.from(chunk).toString());
  });

  test('stays one text, however it is cut into chunks', () => {
    const { log, read } = logged();
    for (const character of '::error::a\n::warning::b') void log.output(bytes(character));
    log.info('next');
    expect(read()).toEqual({ commands: [], shown: ['::error::a', '::warning::b', 'next'] });
  });

  test('that ends in the middle of a line does not swallow a command of ours', () => {
    const { log, read } = logged();
    log.group('train');
    void log.output(bytes('::error::fake\n::add-mask::x'));
    log.endGroup();
    expect(names(read())).toEqual(['group', 'endgroup']);
    expect(read().shown).toEqual(['::error::fake', '::add-mask::x']);
  });

  test('cannot end its fence with a mark seen earlier', () => {
    const { log, text, read } = logged();
    void log.output(bytes('a\n'));
    log.info('between');
    const [, mark] = /::stop-commands::(\w+)/.exec(text()) ?? [];
    void log.output(bytes(`::${mark}::\n::error::fake\n`));
    log.info('end');
    expect(mark).toMatch(/^[0-9a-f]{32}$/);
    expect(names(read())).toEqual([]);
  });

  test('waits when the stream is full', async () => {
    const { log, stream, drains } = logged();
    stream.room = false;
    let done = false;
    const waiting = Promise.resolve(log.output(bytes('x'))).then(() => {
      done = true;
    });
    await new Promise(setImmediate);
    expect(done).toBe(false);
    drains[0]?.();
    await waiting;
  });

  test('and names never act as a command, in no order and in no way of cutting', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), hostile), { maxLength: 8 }), (steps) => {
        const { log, read } = logged();
        for (const [raw, value] of steps) {
          if (raw) void log.output(bytes(value));
          else log.info(value);
        }
        log.group('end');
        expect(read().commands).toEqual([{ name: 'group', properties: {}, data: 'end' }]);
      }),
    );
  });

  test('never acts as a command in an annotation or the title of a fold', () => {
    fc.assert(
      fc.property(hostile, hostile, (title, file) => {
        const { log, read } = logged();
        log.group(title);
        log.error(title, { title, place: { file: `a${file}.py` } });
        expect(names(read())).toEqual(['group', 'error']);
        expect(read().commands[1]?.properties).toMatchObject({ file: `a${file}.py` });
      }),
    );
  });
});
