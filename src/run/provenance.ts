import type { Provenance } from '../report/types.ts';
import type { Side } from './deps.ts';

/** Where a side comes from, ready to print; `now` gives its age. */
export function provenanceOf(side: Pick<Side, 'how' | 'record' | 'label'>, now: Date | null): Provenance {
  const { record } = side;
  if (!record) return { ...nowhere, how: side.how, id: side.label };
  const sha = record.commit.built_sha;
  return {
    how: side.how,
    id: record.id,
    sha,
    url: record.url,
    dirty: record.commit.dirty,
    finished: record.finished,
    ageSeconds: now && Math.max(0, (now.getTime() - Date.parse(record.finished)) / 1000),
    engine: record.engine,
    runKey: record.run_key,
    trust: record.trust.imported ? `${record.trust.level}, imported` : record.trust.level,
    rowsDigest: record.digests.rows,
    environment: environmentOf(record.environment),
  };
}

const nowhere: Omit<Provenance, 'how' | 'id'> = {
  sha: null,
  url: null,
  dirty: false,
  finished: null,
  ageSeconds: null,
  engine: null,
  runKey: null,
  trust: null,
  rowsDigest: null,
  environment: null,
};

function environmentOf(
  environment: { python: string | null; platform: string; packages: object; hardware?: string } | null,
): string | null {
  if (!environment) return null;
  const { python, platform, packages, hardware } = environment;
  const parts = [
    ...(python === null ? [] : [`Python ${python}`]),
    platform,
    `${Object.keys(packages).length} packages`,
    ...(hardware === undefined ? [] : [hardware]),
  ];
  return parts.join(', ');
}
