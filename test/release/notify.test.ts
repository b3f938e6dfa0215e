import { expect, test } from '@jest/globals';
import { UpstreamError } from '../../src/core/errors.ts';
import { notify } from '../../src/release/notify.ts';
import type { DeployResult, ReleaseDeps } from '../../src/release/types.ts';
import type { WebRequest } from '../../src/runtime/web.ts';
import { quickRuntime } from './site.ts';

const secret = 'https://hooks.example.org/T0/secret';
const result: DeployResult = {
  result: 'rolled-back',
  record: null,
  reason: 'errors: 0.9; 1.1.0 is live again.',
  exit: 1,
};

/** What was sent, and what was warned of, when the webhook answers so. */
async function told(
  answer: number | null,
  env: Record<string, string> = { HOOK: secret },
  webhook: string | null = 'HOOK',
  reason = result.reason,
) {
  const sent: WebRequest[] = [];
  const warned: string[] = [];
  const runtime = quickRuntime();
  const deps = {
    runtime: { ...runtime, env, log: { ...runtime.log, warn: (line: string) => warned.push(line) } },
    web: {
      ask: async (request: WebRequest) => {
        sent.push(request);
        if (answer === null) throw new UpstreamError(`${request.url} could not be asked`);
        return { status: answer, type: '', text: '' };
      },
    },
    model: 'churn',
    environment: { name: 'production', webhook },
    by: { actor: null, url: 'https://github.com/octo/churn/actions/runs/7' },
  };
  await notify(deps as unknown as ReleaseDeps, { ...result, reason });
  return { sent, warned };
}

test('the webhook gets a text and what it is about, once', async () => {
  const { sent, warned } = await told(200);

  expect(warned).toEqual([]);
  expect(sent).toMatchObject([
    {
      ...{ method: 'POST', url: secret },
      body: {
        ...{ environment: 'production', result: 'rolled-back' },
        text: expect.stringContaining('errors: 0.9; 1.1.0 is live again.'),
      },
    },
  ]);
});

test('what a probe or a target says calls nobody and links nowhere in a chat', async () => {
  const said = 'probe: <!channel> <https://evil.example|log in>\n@here [x](https://evil.example)\u202e';
  const { sent } = await told(200, undefined, undefined, said);

  const [{ text = '' } = {}] = sent.map(({ body }) => body as { text?: string });
  expect(text).toContain('probe: ‹!channel›');
  expect(text).toContain('@\u2060here');
  expect(text).not.toMatch(/[<>\n\u202e]|@h|:\/\//);
});

test.each<[string, number | null, Record<string, string>, string]>([
  ['refuses', 403, { HOOK: secret }, 'answers 403'],
  ['is away', null, { HOOK: secret }, 'cannot be reached'],
  ['is not set', null, {}, 'is not set'],
])('one that %s is warned of without its address', async (_name, answer, env, why) => {
  const { warned } = await told(answer, env);

  expect(warned).toEqual([`Nobody was told: the webhook in HOOK ${why}.`]);
});

test('without one nobody is told', async () => {
  expect(await told(200, {}, null)).toEqual({ sent: [], warned: [] });
});
