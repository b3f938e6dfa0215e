import { describe, expect, test } from '@jest/globals';
// @ts-expect-error the scripts are plain modules without types
import { compiledAtOnce } from '../../scripts/compiled-at-once.mjs';

const before = 'export const id=1;export const ids=[1];export const modules=';

describe('a chunk', () => {
  test('has the functions of its modules in parentheses, and nothing else changed', () => {
    const chunk = `${before}{7:(e,t)=>{t.a="é 🙂"},8:function(e){e.exports=()=>1},"./n":e=>{e.b=2},9:known};`;

    expect(compiledAtOnce(chunk)).toBe(
      `${before}{7:((e,t)=>{t.a="é 🙂"}),8:(function(e){e.exports=()=>1}),"./n":(e=>{e.b=2}),9:known};`,
    );
  });

  test('that is read after another one is wrapped at its own places', () => {
    const chunk = `${before}{7:e=>{}};`;

    expect([compiledAtOnce(chunk), compiledAtOnce(chunk)]).toEqual(Array(2).fill(`${before}{7:(e=>{})};`));
  });

  test('is what it says it is', () => {
    expect(() => compiledAtOnce('export const id=1;')).toThrow('This is no chunk');
  });
});
