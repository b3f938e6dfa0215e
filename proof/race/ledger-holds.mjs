/**
 * Every record that was acknowledged once in the index and in its file; each commit adds one entry in front of those
 * that were there; segments are complete; no file is lost.
 */
export function ledgerViolations(order, moment) {
  if (moment === 'after') return [];
  const { repository, modules, ops, prior } = order;
  const tip = repository.refs.get(`refs/heads/${modules.layout.ledgerBranch}`);
  const appended = ops.filter(({ kind }) => kind === 'append');
  if (tip === undefined) return appended.some(({ state }) => state === 'done') ? ['there is no ledger'] : [];
  try {
    const history = historyOf(order, tip);
    return [
      ...history.slice(1).flatMap((state, i) => stepViolations(history[i], state)),
      ...contentViolations(order, history.at(-1), appended, prior),
    ];
  } catch (error) {
    return [`the ledger cannot be read: ${error.message}`];
  }
}

/** The ledger's states, oldest first: `{ sha, message, files, entries }`, entries newest first by model. */
function historyOf({ repository, modules }, tip) {
  const states = [];
  for (let sha = tip; sha !== undefined; ) {
    const commit = repository.objects.get(sha);
    if (commit.parents.length > 1) throw new Error(`${sha} has ${commit.parents.length} parents`);
    const files = modules.gitTrees.filesOf(repository.objects, commit.tree);
    states.unshift({ sha, message: commit.message, files, entries: entriesOf(repository, modules, files) });
    [sha] = commit.parents;
  }
  return states;
}

function entriesOf(repository, modules, files) {
  const { layout, index } = modules;
  const parsed = (path) => index.parseIndex(textAt(repository, files, path), path);
  const models = [...files.keys()].map((path) => /^index\/(.+)\/head\.json$/.exec(path)?.[1]).filter(Boolean);
  return new Map(
    models.map((model) => {
      const { segments, entries } = parsed(layout.headPath(model));
      const numbers = Array.from({ length: segments }, (_, i) => segments - i);
      const older = numbers.flatMap((number) => parsed(layout.segmentPath(model, number)).entries);
      return [model, [...entries, ...older]];
    }),
  );
}

function textAt({ objects }, files, path) {
  const file = files.get(path);
  if (!file) throw new Error(`${path} is missing`);
  const { bytes } = objects.get(file.sha);
  if (bytes.length > 256 * 1024) throw new Error(`${path} is larger than 256 KB`);
  return bytes.toString();
}

/** One commit later: nothing gone, and one entry more in front of one model, unless another writer was at work. */
function stepViolations(before, after) {
  const wrong = [...before.files.keys()]
    .filter((path) => !after.files.has(path))
    .map((path) => `${path} was lost`);
  let added = 0;
  for (const [model, entries] of after.entries) {
    const old = before.entries.get(model) ?? [];
    added += entries.length - old.length;
    const kept = entries.slice(entries.length - old.length);
    if (entries.length < old.length || old.some(({ id }, i) => id !== kept[i].id))
      wrong.push(`entries of ${model} were lost or moved by "${after.message}"`);
  }
  if (added !== (after.message === 'Moved' ? 0 : 1)) wrong.push(`"${after.message}" added ${added} entries`);
  return wrong;
}

function contentViolations(order, { files, entries }, appended, prior) {
  const { repository, modules } = order;
  const wrong = [];
  const known = new Map(appended.map(({ record }) => [record.id, record]));
  for (const { record } of appended.filter(({ state }) => state === 'done')) {
    const count = (entries.get(record.model) ?? []).filter(({ id }) => id === record.id).length;
    if (count !== 1) wrong.push(`record ${record.id} is ${count} times in the index`);
    if (!files.has(modules.layout.recordPath(record.commit.built_sha, record.model)))
      wrong.push(`the file of record ${record.id} is missing`);
  }
  for (const [model, list] of entries) {
    const ids = list.map(({ id }) => id);
    const strange = ids.filter((id) => !known.has(id) && !(prior[model] ?? []).includes(id));
    if (strange.length > 0) wrong.push(`${model} has entries nobody wrote: ${strange.join(' ')}`);
    if (new Set(ids).size !== ids.length) wrong.push(`${model} has entries twice`);
    wrong.push(...fileViolations(repository, modules, { files, model, list, known }));
  }
  return wrong;
}

/** The file of a commit is the record, byte by byte, of the run that finished last. */
function fileViolations(repository, modules, { files, model, list, known }) {
  const latest = new Map();
  for (const { id, sha } of list) {
    const record = known.get(id);
    const other = latest.get(sha);
    if (record && (!other || Date.parse(record.finished) > Date.parse(other.finished)))
      latest.set(sha, record);
  }
  return [...latest].flatMap(([sha, record]) => {
    const text = textAt(repository, files, modules.layout.recordPath(sha, model));
    return text === modules.runRecord.writeRunRecord(record)
      ? []
      : [`the file of ${sha} is not record ${record.id}`];
  });
}
