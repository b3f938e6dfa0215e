import { ConfigError } from '../core/errors.ts';

/** Folder on the ledger for what concerns a model in an environment. */
function folderOf(environment: string, model: string): string {
  return `deployments/${plainName(environment, 'environment')}/${plainName(model, 'model')}`;
}

/** Path of the state of an environment. */
export function statePath(environment: string, model: string): string {
  return `${folderOf(environment, model)}/state.json`;
}

/** Path of the record of a deployment. */
export function recordPath(environment: string, model: string, id: string): string {
  if (!/^[0-9a-f]{20}$/.test(id)) throw new TypeError(`"${id}" is no id of a deployment.`);
  return `${folderOf(environment, model)}/${id}.json`;
}

/** Path of a sealed part of the history; parts count from 1, oldest first. */
export function historyPath(environment: string, model: string, number: number): string {
  return `${folderOf(environment, model)}/history-${number}.json`;
}

function plainName(name: string, what: string): string {
  if (/^(?!.*\.\.)[A-Za-z0-9._-]{1,100}$/.test(name) && name !== '.') return name;
  throw new ConfigError(`${JSON.stringify(name.slice(0, 120))} cannot be the name of an ${what}.`, {
    expected: '1 to 100 letters, digits, ".", "_" and "-", without ".."',
  });
}
