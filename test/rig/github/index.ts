export type { RepositorySeed } from './build-repositories.ts';
export type { Builders } from './builders.ts';
export { exportRepository } from './export.ts';
export type { Planned, Switches } from './faults.ts';
export type { WorkflowRun } from './records.ts';
export type { Requests } from './requests.ts';
export { type FakeGitHub, type GitHubOptions, startGitHub } from './server.ts';
export type { Issue, Repository } from './state.ts';
