/** How chunks of dist/ are written so that Node starts faster. */
import { parseSync } from '@swc/core';

/**
 * The same chunk with each module's function in parentheses. V8 compiles such a function as it reads it; any other one
 * it reads twice, first to find its end and again when it is called, which all of these are. Of a step of 200 ms that
 * was 40. Throws for a text that is no chunk of ncc.
 */
export function compiledAtOnce(code) {
  const { body, span } = parseSync(code, { syntax: 'ecmascript', target: 'es2022' });
  const declared = body.flatMap(({ declaration }) => declaration?.declarations ?? []);
  const modules = declared.find(({ id }) => id.value === 'modules')?.init?.properties;
  if (modules === undefined) throw new Error('This is no chunk: it exports no modules.');
  const bytes = Buffer.from(code);
  const parts = [];
  let at = 0;
  for (const { value } of modules) {
    if (!isFunction(value)) continue;
    const [start, end] = [value.span.start - span.start, value.span.end - span.start];
    parts.push(bytes.subarray(at, start), '(', bytes.subarray(start, end), ')');
    at = end;
  }
  return [...parts, bytes.subarray(at)].join('');
}

function isFunction(value) {
  return value?.type === 'ArrowFunctionExpression' || value?.type === 'FunctionExpression';
}
