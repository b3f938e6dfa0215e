import { expect, test } from '@jest/globals';
import { engine, engines } from '../../src/engines/api.ts';

test('engines are listed in order, and each has the id it is listed under', async () => {
  const ids = [...engines.keys()];
  expect(ids).toEqual([...ids].sort());
  for (const id of ids) expect((await engine(id)).id).toBe(id);
});

test.each([
  ['pyhton', 'Did you mean "python"?'],
  ['Python3', 'Did you mean "python"?'],
  ['kubernetes', undefined],
  ['__proto__', undefined],
])('%s is refused, naming what is near', async (id, hint) => {
  await expect(engine(id)).rejects.toMatchObject({ name: 'ConfigError', expected: 'one of: python', hint });
});
