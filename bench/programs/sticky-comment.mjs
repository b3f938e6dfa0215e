/**
 * What one writes instead of `compare`: an action of a page that reads two metrics files and keeps one comment with
 * their differences, on the toolkit that such actions are made with. No rules, no intervals, no report.
 */
import { readFileSync } from 'node:fs';
import * as core from '@actions/core';
import * as github from '@actions/github';

const marker = '<!-- metrics -->';

function table(candidate, baseline) {
  const lines = Object.entries(candidate).map(([name, value]) => {
    const before = baseline[name];
    const change = before === undefined ? '' : (value - before).toFixed(4);
    return `| ${name} | ${before ?? ''} | ${value} | ${change} |`;
  });
  return ['| metric | before | now | change |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

async function keepComment(octokit, body) {
  const { owner, repo } = github.context.repo;
  const number = github.context.payload.pull_request.number;
  const all = await octokit.paginate(octokit.rest.issues.listComments, {
    ...{ owner, repo, issue_number: number, per_page: 100 },
  });
  const known = all.find((comment) => comment.body?.startsWith(marker));
  const { data } = known
    ? await octokit.rest.issues.updateComment({ owner, repo, comment_id: known.id, body })
    : await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body });
  return data.html_url;
}

try {
  const [candidate, baseline] = ['candidate', 'baseline'].map((name) =>
    JSON.parse(readFileSync(core.getInput(name, { required: true }), 'utf8')),
  );
  const octokit = github.getOctokit(core.getInput('github-token', { required: true }));
  const text = table(candidate, baseline);
  core.setOutput('comment-url', await keepComment(octokit, `${marker}\n${text}`));
  await core.summary.addRaw(text).write();
} catch (error) {
  core.setFailed(error);
}
