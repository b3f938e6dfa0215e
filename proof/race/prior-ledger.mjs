import { metric } from './record-jobs.mjs';

/**
 * A ledger from before: none, a few runs, or so many that this order's appends spill from the head of the index into a
 * segment. Gives the ids by model, newest first.
 */
export function priorLedger({ github, repository, modules, site }, random) {
  const count = random.weighted([
    [4, 0],
    [3, random.between(1, 5)],
    [3, random.between(92, 100)],
  ]);
  if (count === 0) return { churn: [] };
  const { layout, index, records } = modules;
  const runs = Array.from({ length: count + random.pick([0, 0, 60]) }, (_, i) => {
    const metrics = [metric('roc_auc', i / 1000)];
    return records.makeRecord(`before ${i}`, { metrics, finished: new Date(i * 60_000).toISOString() });
  }).reverse();
  const entries = runs.map((run) => layout.indexEntryOf(run, run.commit.built_sha));
  const sealed = layout.placeOverflow(null, entries.slice(count));
  const files = {
    [layout.markerPath]: layout.markerText,
    [layout.headPath('churn')]: index.printIndex(entries.slice(0, count), sealed.length),
  };
  for (const segment of sealed)
    files[layout.segmentPath('churn', segment.number)] = index.printIndex(segment.entries, null);
  for (const run of runs.slice(0, 3))
    files[layout.recordPath(run.commit.built_sha, 'churn')] = modules.runRecord.writeRunRecord(run);
  github.state.commit(repository, { branch: layout.ledgerBranch, orphan: true, files, message: 'Before' });
  site.tip.now = repository.refs.get(`refs/heads/${layout.ledgerBranch}`);
  return { churn: entries.map(({ id }) => id) };
}
