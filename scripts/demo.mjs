/**
 * `npm run demo`: the whole loop on real flights, on a laptop, with the committed dist/ and nothing installed by npm.
 * A temporary repository gets a recorded run on main, three proposed changes are judged, the good one is merged and
 * its record promoted. Exit 1 when a verdict is not the expected one. The pages stay in .cache/demo/.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bolderSteps,
  ensureTools,
  environment,
  fillCache,
  keepCache,
  kept,
  makeRepository,
  merge,
  play,
  propose,
  root,
  say,
  seconds,
  trainyard,
} from './demo/project.mjs';

const pages = join(root, '.cache/demo/pages');

/** What is proposed, as edits of params.yaml, and what must be said about it. */
const changes = [
  bolderSteps,
  {
    branch: 'no-clock',
    title: 'Forget the time of day',
    edits: [['params.yaml', 'departs, arrives, ', '']],
    expected: { verdict: 'fail', exit: 1 },
  },
  {
    branch: 'fewer-trees',
    title: 'Fewer trees, bolder steps: half the time to train',
    edits: [
      ['params.yaml', 'learning_rate: 0.1', 'learning_rate: 0.2'],
      ['params.yaml', 'max_iter: 60', 'max_iter: 25'],
    ],
    expected: { verdict: 'inconclusive', exit: 0 },
  },
];

/** The part of the comment a reviewer sees first, without its markup for a browser. */
function head(comment) {
  const text = comment
    .replace(/<!--[\s\S]*?-->/g, '')
    .replaceAll('<br>', ' ')
    .replace(/<\/?(?:sub|code)>/g, '');
  const lines = text.trim().split('\n');
  const rest = lines.findIndex((line) => /^(?:#### |<details)/.test(line));
  return rest < 0 ? lines : lines.slice(0, rest - 1);
}

/** Judges one change and says whether the gate answered as expected. */
async function judge(place, change, number) {
  const { branch, title, edits, expected } = change;
  const told = edits.map(([, from, to]) =>
    to === '' ? `without ${from.trim().replace(/,$/, '')}` : `${from} → ${to.split(': ')[1]}`,
  );
  say(`${number}. ${title} (${told.join(', ')})`);
  await propose(place, change);
  const started = performance.now();
  const { code, document } = await trainyard(place, ['gate'], [0, 1, 2, 4]);
  const state = join(place.cwd, '.trainyard');
  const page = join(pages, `${branch}.html`);
  copyFileSync(join(state, 'preview.html'), page);
  copyFileSync(join(state, 'comment.md'), join(pages, `${branch}.md`));
  for (const line of head(readFileSync(join(state, 'comment.md'), 'utf8'))) say(`   │ ${line}`);
  const asExpected = document.verdict === expected.verdict && code === expected.exit;
  say(
    `   verdict ${document.verdict}, exit ${code}, ${seconds(started)}${asExpected ? '' : ` — EXPECTED ${expected.verdict}, exit ${expected.exit}`}`,
  );
  say(`   page: ${page}`);
  say();
  return asExpected;
}

/** Merges the change that passed; its record must be promoted, with nothing trained. */
async function mergeAndSay(place, branch) {
  say(`4. ${branch} is merged`);
  const started = performance.now();
  const { promoted, runs } = await merge(place, branch);
  const how = runs
    .map(({ how, record }) => `${how}${record.promoted_from ? ` from run ${record.promoted_from}` : ''}`)
    .join(', ');
  say(
    `   main has its record: ${how}, ${seconds(started)}${promoted ? ', nothing was trained' : ' — EXPECTED promoted'}`,
  );
  say();
  return promoted;
}

async function demo() {
  const begun = performance.now();
  const { bin } = await ensureTools();
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-demo-')));
  const folder = join(temporary, 'flights');
  mkdirSync(folder);
  const place = { cwd: folder, env: environment(bin) };
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(pages, { recursive: true });
  try {
    await makeRepository(place);
    const warm = fillCache(place);
    say('0. main: 336,776 flights of 2013; a model says which of them arrive more than 15 minutes late');
    const started = performance.now();
    const { document } = await trainyard(place, ['train']);
    const recorded = document.runs.every(({ ledger }) => ledger === 'written');
    say(
      `   trained on main in ${seconds(started)}${recorded ? ' and recorded in the ledger (branch trainyard)' : ' — EXPECTED a ledger record'}`,
    );
    say();
    const answers = [recorded];
    for (const [i, change] of changes.entries()) answers.push(await judge(place, change, i + 1));
    answers.push(await mergeAndSay(place, bolderSteps.branch));
    keepCache(place);
    const good = answers.every(Boolean);
    if (warm)
      say(`Stages were restored from ${kept}, where an earlier demo left them; remove it to see them run.`);
    say(
      `${good ? 'Everything as expected' : 'NOT as expected'}, ${seconds(begun)} in all. The three pages: ${pages}`,
    );
    return good ? 0 : 1;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

await play(demo);
