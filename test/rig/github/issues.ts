import { type Call, type Handlers, repositoryOf } from './call.ts';
import { issueNumbered } from './comments.ts';
import { listed } from './paging.ts';
import { Refusal } from './refusals.ts';
import { nodeId, repositoryPage, repositoryUrl, userShape } from './shapes.ts';
import { withLinks } from './spec.ts';
import type { Issue, Repository } from './state.ts';

/** Labels made by being used: no description and the colour GitHub gives. */
export function labelShape(call: Call, repository: Repository, name: string): Record<string, unknown> {
  return {
    id: repository.id * 1000 + name.length,
    node_id: nodeId('LA', `${repository.id}/${name}`),
    url: `${repositoryUrl(call.places, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: '',
    color: 'ededed',
    default: false,
  };
}

function issueShape(call: Call, repository: Repository, issue: Issue): unknown {
  const url = `${repositoryUrl(call.places, repository)}/issues/${issue.number}`;
  const page = `${repositoryPage(call.places, repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
  return withLinks('issue', url, {
    id: issue.id,
    node_id: nodeId(issue.pull ? 'PR' : 'I', issue.id),
    number: issue.number,
    url,
    html_url: page,
    repository_url: repositoryUrl(call.places, repository),
    title: issue.title,
    body: issue.body,
    user: userShape(call.places, issue.user),
    labels: issue.labels.map((name) => labelShape(call, repository, name)),
    state: issue.state,
    locked: issue.locked,
    assignee: null,
    milestone: null,
    comments: repository.comments.filter((comment) => comment.issue === issue.number).length,
    created_at: issue.created,
    updated_at: issue.updated,
    closed_at: issue.closed,
    ...(issue.pull
      ? { pull_request: { url, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` } }
      : {}),
  });
}

function labelsOf(call: Call) {
  const repository = repositoryOf(call);
  const issue = issueNumbered(repository, call.path['issue_number']);
  return { issue, shape: (name: string) => labelShape(call, repository, name) };
}

export const issues: Handlers = {
  'issues/get': (call) => {
    const repository = repositoryOf(call);
    const issue = issueNumbered(repository, call.path['issue_number']);
    return { status: 200, body: issueShape(call, repository, issue) };
  },
  'issues/list-labels-on-issue': (call) => {
    const { issue, shape } = labelsOf(call);
    return listed(call, issue.labels, shape);
  },
  'issues/add-labels': (call) => {
    const { issue, shape } = labelsOf(call);
    const { labels = [] } = (call.body ?? {}) as { labels?: (string | { name: string })[] };
    for (const label of labels) {
      const name = typeof label === 'string' ? label : label.name;
      if (!issue.labels.includes(name)) issue.labels.push(name);
    }
    return { status: 200, body: issue.labels.map(shape) };
  },
  'issues/remove-label': (call) => {
    const { issue, shape } = labelsOf(call);
    const at = issue.labels.indexOf(String(call.path['name']));
    if (at < 0) throw new Refusal(404, 'Label does not exist');
    issue.labels.splice(at, 1);
    return { status: 200, body: issue.labels.map(shape) };
  },
};
