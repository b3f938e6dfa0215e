import { describe, expect, test } from '@jest/globals';
// @ts-expect-error the benches are plain modules without types
import { measure, row } from '../../bench/lib/measure.mjs';

const node = process.execPath;
const busy = 'const end = process.cpuUsage().user + 400_000; while (process.cpuUsage().user < end);';

describe('measuring processes', () => {
  test('the CPU time of a grandchild is counted, and memory is that of the largest process', () => {
    const parent = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}])`;
    const [bare, tree, large] = measure(
      [
        { argv: [node, '-e', '0'] },
        { argv: [node, '-e', parent] },
        { argv: [node, '-e', 'Buffer.alloc(200e6, 1)'] },
      ],
      { runs: 1, warmups: 0 },
    );

    expect(tree.cpu - bare.cpu).toBeGreaterThan(350);
    expect(large.peak - bare.peak).toBeGreaterThan(180);
    expect(bare.wall).toBeGreaterThan(0);
  });

  test('an unexpected exit code is an error that shows what the process said', () => {
    const failing = { argv: [node, '-e', 'console.error("no such file"); process.exit(3)'] };

    expect(() => measure([failing], { runs: 1, warmups: 0 })).toThrow(
      /ended with 3, not \[0\][\s\S]*no such file/,
    );
    expect(measure([{ ...failing, expect: [3] }], { runs: 1, warmups: 0 })).toHaveLength(1);
  });

  test('the ratio is our wall time by the peer’s', () => {
    const made = row('x', { wall: 30, cpu: 1, peak: 1 }, 'bare', { wall: 20, cpu: 1, peak: 1 });

    expect(made).toEqual({
      work: 'x',
      ours: { wall: 30, cpu: 1, peak: 1 },
      peer: { name: 'bare', wall: 20, cpu: 1, peak: 1 },
      ratio: 1.5,
    });
  });
});
