/** What `npm run test:workflows` installs and tells the tests (scripts/test-workflows.mjs). */
export interface Tools {
  act: string;
  actionlint: string;
  zizmor: string;
  /** Folder with the `node` that runs actions. */
  node: string;
  /** Folder with the Python that actions/setup-python sets up. */
  python: string;
  /** A fresh dist/. */
  bundle: string;
}

export function toolsOf(): Tools {
  const said = process.env['TRAINYARD_WORKFLOW_TOOLS'];
  if (said === undefined) throw new Error('Run these tests with "npm run test:workflows".');
  return JSON.parse(said) as Tools;
}
