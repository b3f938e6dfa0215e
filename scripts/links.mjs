/** Links of Markdown files: every relative one must lead to a file, and to a heading when it names one. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** Markdown files that git knows or would know, relative to `root`. */
export function markdownFiles(root) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', '*.md'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  return listed.filter((file) => file !== '' && !file.startsWith('test/') && existsSync(join(root, file)));
}

/** One line per broken link: `file:line: what is wrong`. Links to other hosts are left alone. */
export function brokenLinks(root, files) {
  return files.flatMap((file) =>
    linksOf(readFileSync(join(root, file), 'utf8')).flatMap(({ target, line }) => {
      const problem = problemOf(root, file, target);
      return problem === null ? [] : [`${file}:${line}: ${problem}`];
    }),
  );
}

/** Targets of `[text](target)`, `[name]: target`, `src=`, `srcset=` and `href=`, outside of code. */
export function linksOf(text) {
  const pattern = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)|(?:src|srcset|href)="([^"]+)"/gm;
  return [...withoutCode(text).matchAll(pattern)].map((match) => ({
    target: match[1] ?? match[2] ?? match[3],
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** Anchors of a Markdown file, as GitHub makes them: a repeated heading gets `-1`, `-2`. */
export function anchorsOf(text) {
  const seen = new Map();
  return withoutFences(text)
    .split('\n')
    .flatMap((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1] ?? [])
    .map((heading) => {
      const anchor = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-');
      const count = seen.get(anchor) ?? 0;
      seen.set(anchor, count + 1);
      return count === 0 ? anchor : `${anchor}-${count}`;
    });
}

function problemOf(root, file, target) {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return null;
  const [path, anchor] = target.split('#', 2);
  const goal = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  if (goal.startsWith(`..${sep}`)) return null; // the code host's own pages, such as ../../issues
  if (!existsSync(join(root, goal))) return `${target} leads nowhere`;
  if (
    anchor === undefined ||
    anchor === '' ||
    !goal.endsWith('.md') ||
    statSync(join(root, goal)).isDirectory()
  )
    return null;
  return anchorsOf(readFileSync(join(root, goal), 'utf8')).includes(anchor)
    ? null
    : `${target}: no such heading`;
}

/** Code keeps its lines and loses its text, so that line numbers stay right. */
function withoutCode(text) {
  return withoutFences(text).replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
}

function withoutFences(text) {
  return text.replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, (block) => block.replace(/[^\n]/g, ' '));
}
