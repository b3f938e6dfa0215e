import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toolsOf } from '../rig/act/tools.ts';
import { repositoryRoot } from '../rig/build.ts';
import { makeFolder } from '../rig/command.ts';

/** Something a tool does not like; `about` is the text it is about. */
export interface Finding {
  rule: string;
  file: string;
  line: number;
  about: string;
  message: string;
}

interface Linted {
  message: string;
  filepath: string;
  line: number;
  snippet: string;
  kind: string;
}

/** What actionlint finds; programs that may be on this machine or not (shellcheck, pyflakes) are left out of it. */
export function actionlintFindings(files: readonly string[], root = repositoryRoot): Finding[] {
  const args = ['-shellcheck=', '-pyflakes=', '-format', '{{json .}}', ...files];
  const { status, stdout, stderr } = spawnSync(toolsOf().actionlint, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`actionlint ended with ${status}:\n${stderr}`);
  return (JSON.parse(stdout) as Linted[]).map(({ message, filepath, line, snippet, kind }) => ({
    ...{ rule: kind, file: filepath, line, message },
    about: snippet.split('\n')[0] ?? '',
  }));
}

interface Audited {
  ident: string;
  desc: string;
  locations: {
    symbolic: { key: { Local: { verbatim_path: string } }; annotation: string; kind: string };
    concrete: { location: { start_point: { row: number } }; feature: string };
  }[];
}

/**
 * What zizmor finds at its most pedantic, without asking the network. It knows workflows by their folder, so templates
 * are put into one in a copy.
 */
export function zizmorFindings(files: readonly string[], root = repositoryRoot): Finding[] {
  const folder = makeFolder();
  const names = new Map<string, string>();
  for (const file of files) {
    const name = file.startsWith('workflows-templates/') ? file.replace('/', '/.github/workflows/') : file;
    names.set(name, file);
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(root, file), join(folder, name));
  }
  const args = [
    '--pedantic',
    '--offline',
    '--no-config',
    '--no-ignores',
    '--no-progress',
    '--format',
    'json',
    '.',
  ];
  const { status, stdout, stderr } = spawnSync(toolsOf().zizmor, args, { cwd: folder, encoding: 'utf8' });
  // 11 to 14 say how severe the worst finding is.
  if (status !== 0 && !(status !== null && status >= 11 && status <= 14))
    throw new Error(`zizmor ended with ${status}:\n${stderr}`);
  const unread = files.length - [...stderr.matchAll(/completed (\S+)/g)].length;
  if (unread !== 0) throw new Error(`zizmor did not read ${unread} of ${files.length} files:\n${stderr}`);
  return (JSON.parse(stdout) as Audited[]).map(({ ident, desc, locations }) => {
    const { symbolic, concrete } = (locations.find(({ symbolic: { kind } }) => kind === 'Primary') ??
      locations[0]) as Audited['locations'][number];
    const path = symbolic.key.Local.verbatim_path.replace(/^\.\//, '');
    return {
      ...{ rule: ident, file: names.get(path) ?? path, about: concrete.feature },
      line: concrete.location.start_point.row + 1,
      message: `${desc}: ${symbolic.annotation}`,
    };
  });
}
