import { describe, expect, test } from '@jest/globals';
import { createTerminalLog } from '../../../src/runtime/node/terminal-log.ts';

function logTo({ isTTY = false, columns = 80, env = {} as Record<string, string> } = {}) {
  const chunks: Buffer[] = [];
  const drains: (() => void)[] = [];
  const stream = {
    isTTY,
    columns,
    room: true,
    write(data: string | Uint8Array) {
      chunks.push(Buffer.from(data));
      return stream.room;
    },
    once: (_event: 'drain', listener: () => void) => drains.push(listener),
  };
  return {
    log: createTerminalLog({ stream, env }),
    stream,
    drains,
    text: () => Buffer.concat(chunks).toString(),
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('on a laptop', () => {
  test('groups are headings with indentation', () => {
    const { log, text } = logTo();
    log.group('train: python train.py');
    log.info('one\ntwo');
    log.endGroup();
    log.warn('careful');
    log.endGroup();
    expect(text()).toBe('train: python train.py\n  one\n  two\nWarning: careful\n');
  });

  test('users’ output passes byte for byte, and a line of ours never joins one of theirs', () => {
    const { log, text } = logTo();
    void log.output(bytes('\x1b[32mgreen\x1b[0m 50%\r 60%'));
    log.info('next');
    expect(text()).toBe('\x1b[32mgreen\x1b[0m 50%\r 60%\nnext\n');
  });

  test('control characters in our own lines are made visible', () => {
    const { log, text } = logTo({ isTTY: true, env: { NO_COLOR: '1' } });
    log.info('name \x1b[2J\x07\u202e end');
    expect(text()).toBe('name \\x1b[2J\\x07\\u202e end\n');
  });

  test.each([
    [{ isTTY: true, env: {} }, '\x1b[31mError: bad\x1b[0m\n'],
    [{ isTTY: true, env: { NO_COLOR: '1' } }, 'Error: bad\n'],
    [{ isTTY: false, env: {} }, 'Error: bad\n'],
  ])('colours only in a terminal that wants them: %j', (given, expected) => {
    const { log, text } = logTo(given);
    log.error('bad');
    expect(text()).toBe(expected);
  });

  test('progress is one line that gives way to others and is cut to the width', () => {
    const { log, text } = logTo({ isTTY: true, columns: 10, env: { NO_COLOR: '1' } });
    log.progress('0123456789abc');
    log.info('line');
    log.progress(null);
    expect(text()).toBe('01234567…\r\x1b[2Kline\n01234567…\r\x1b[2K');
  });

  test('progress is left out where there is no terminal', () => {
    const { log, text } = logTo();
    log.progress('working');
    expect(text()).toBe('');
  });

  test('a stream that is full makes the writer wait', async () => {
    const { log, stream, drains } = logTo();
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
});

describe('users’ output in a terminal', () => {
  const shown = (...chunks: string[]) => {
    const { log, text } = logTo({ isTTY: true });
    for (const chunk of chunks) void log.output(Buffer.from(chunk, 'latin1'));
    log.endGroup();
    log.info('end');
    return text();
  };
  const utf8 = (text: string) => Buffer.from(text).toString('latin1');

  test.each([
    ['colours', '\x1b[1;31mred\x1b[0m\n'],
    ['progress bars', '10 %\r\x1b[K20 %\x1b[A\b\t\n'],
    ['text of any language', utf8('é ß 漢字 🚂 \u00a0\n')],
  ])('%s pass', (_what, text) => {
    expect(shown(text)).toBe(`${Buffer.from(text, 'latin1').toString()}end\n`);
  });

  test.each([
    ['the clipboard', '\x1b]52;c;ZXZpbA==\x07\n', '\\x1b]52;c;ZXZpbA==\\x07\n'],
    ['the title', '\x1b]0;root\x1b\\\n', '\\x1b]0;root\\x1b\\\n'],
    ['a question', '\x1b[6n\n', '\\x1b[6n\n'],
    ['another screen', '\x1b[?1049h\x1b[2J\x1bc\n', '\\x1b[?1049h\\x1b[2J\\x1bc\n'],
    ['eight-bit controls', utf8('\u009d52;c;AA\u009c\n'), '\\x9d52;c;AA\\x9c\n'],
  ])('%s is shown, not obeyed, wherever chunks end', (_what, text, expected) => {
    expect(shown(text)).toBe(`${expected}end\n`);
    for (let at = 1; at < text.length; at += 1)
      expect(shown(text.slice(0, at), text.slice(at))).toBe(`${expected}end\n`);
  });

  test('a sequence that never ends is shown at the end of the output', () => {
    expect(shown('x\x1b[3')).toBe('x\\x1b[3\nend\n');
  });
});
