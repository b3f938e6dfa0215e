import { makeProject, type Project, type ProjectFiles } from './project.ts';

/** How wrong a model is depends on its seed: all of them by `error`, seed 1 by `first` instead. */
export const seededFiles: ProjectFiles = {
  'train.py': `import json, os, random
from pathlib import Path

with open(Path.home() / "ran.log", "a") as log:
    log.write("train\\n")
params = dict(line.split(": ") for line in Path("params.yaml").read_text().splitlines())
seed = int(os.environ["TRAINYARD_SEED"])
error = float(params["first" if seed == 1 else "error"])
luck = random.Random(f"{params['change']} {seed}").uniform(-0.01, 0.01)
Path("model.json").write_text(json.dumps({"error": error + luck}))
`,
  'evaluate.py': `import json, random
from pathlib import Path

with open(Path.home() / "ran.log", "a") as log:
    log.write("evaluate\\n")
error = json.loads(Path("model.json").read_text())["error"]
lines = ["id,label,prediction"]
for row in range(400):
    wrong = random.Random(f"row {row}").random() < error
    lines.append(f"row-{row},{row % 2},{1 - row % 2 if wrong else row % 2}")
Path("predictions.csv").write_text("\\n".join(lines) + "\\n")
`,
  'params.yaml': 'error: 0.1\nfirst: 0.1\nchange: 0\n',
  '.gitignore': 'model.json\npredictions.csv\n',
};

/** The configuration with this line beside the model, `repeats: 5` or `seed: 1`. */
export function seededConfig(line: string): string {
  return `version: 1
model: churn
${line}
pipeline:
  train: { run: python3 train.py, deps: [train.py], params: [params.yaml], outs: [model.json] }
  evaluate: { run: python3 evaluate.py, deps: [evaluate.py, model.json], predictions: predictions.csv }
gate:
  - { metric: accuracy, max-drop: 0.02 }
`;
}

/** A project whose model is trained with several seeds, or with one. */
export function makeSeededProject(line: string): Project {
  return makeProject({ ...seededFiles, 'trainyard.yml': seededConfig(line) });
}
