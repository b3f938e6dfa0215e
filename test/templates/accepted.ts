import type { Finding } from './findings.ts';

/** A finding that stays, and why. */
export interface Accepted {
  rule: string;
  file: string;
  /** What it is about, all of it; every place in the file that says the same. */
  about: RegExp;
  reason: string;
}

const releasing = ['release', 'rollback', 'held', 'reconcile'].map(
  (name) => `workflows-templates/${name}.yml`,
);
const own = /^trainyard\/trainyard(\/[\w./-]+)?@v1$/;

/** Nothing else that zizmor finds may stay. */
export const acceptedByZizmor: readonly Accepted[] = [
  {
    rule: 'unpinned-uses',
    file: '.github/workflows/pipeline.yml',
    about: own,
    reason:
      'It is a part of the release that the same tag names: pinning it would tie each release to an earlier one.',
  },
  {
    rule: 'unpinned-uses',
    file: 'workflows-templates/trainyard.yml',
    about: own,
    reason:
      'Users choose what they pin; a template in the repository cannot name the commit it will be part of.',
  },
  {
    rule: 'unpinned-uses',
    file: 'workflows-templates/trainyard-report.yml',
    about: own,
    reason: 'As in trainyard.yml.',
  },
  ...releasing.map((file) => ({
    ...{ rule: 'unpinned-uses', file, about: own },
    reason: 'As in trainyard.yml.',
  })),
  {
    rule: 'dangerous-triggers',
    file: 'workflows-templates/trainyard-report.yml',
    about: /^workflow_run$/,
    reason:
      'Its job checks nothing out, runs nothing of the pull request, and reads what the run left as data: this is how forks get a report without pull_request_target.',
  },
  {
    rule: 'undocumented-permissions',
    file: 'workflows-templates/trainyard.yml',
    about: /^\{ contents: write, actions: read, checks: write, pull-requests: write \}$/,
    reason: 'pipeline.yml says beside each of its jobs what a right is for; here they are handed on.',
  },
  {
    rule: 'dangerous-triggers',
    file: '.github/workflows/model-report.yml',
    about: /^workflow_run$/,
    reason: 'As in trainyard-report.yml; what it checks out is the default branch.',
  },
  {
    rule: 'self-repository',
    file: '.github/workflows/model-report.yml',
    about: /^\.\/trainyard\/actions\/gate$/,
    reason: 'As in model.yml.',
  },
  {
    rule: 'self-repository',
    file: '.github/workflows/model.yml',
    about: /^\.\/(trainyard(\/actions\/(gate|record))?|actions\/train)$/,
    reason:
      "The actions are those of the base, in a checkout of it; $/ would be those of the workflow's own commit.",
  },
];

/** Keys that are newer than actionlint: a finding with exactly this message may stay. */
export const acceptedByActionlint: readonly Misjudged[] = [
  ...releasing.map((file) => ({
    file,
    message:
      'unexpected key "cache-mode" for "workflow" section. expected one of "concurrency", "defaults", "env", "jobs", "name", "on", "permissions", "run-name"',
    reason: 'GitHub takes the key since September 2026.',
  })),
  ...releasing
    .filter((file) => !file.endsWith('/reconcile.yml'))
    .map((file) => ({
      file,
      message:
        'unexpected key "queue" for "concurrency" section. expected one of "cancel-in-progress", "group"',
      reason: 'GitHub takes the key since May 2026, and its language service knows it.',
    })),
];

/** What GitHub's language service does not know yet. */
export const acceptedByGitHub: readonly Misjudged[] = [
  {
    file: '.github/workflows/model.yml',
    message: 'Context access might be invalid: merge_group',
    reason: 'The service has no payload of merge_group; GitHub documents github.event.merge_group.',
  },
  ...releasing.map((file) => ({
    file,
    message: "Unexpected value 'cache-mode'",
    reason: 'GitHub takes the key since September 2026; the service does not know it yet.',
  })),
];

/** A message that is wrong, in all its words. */
interface Misjudged {
  file: string;
  message: string;
  reason: string;
}

export function isAccepted({ rule, file, about }: Finding, accepted: Accepted): boolean {
  return accepted.rule === rule && accepted.file === file && accepted.about.test(about);
}
