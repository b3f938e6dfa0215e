import { makeProject, type Project, type ProjectFiles } from './project.ts';

/** One row of a test set: what the model sees, and the truth. */
export interface TestRow {
  id: string;
  x: number;
  label: 0 | 1;
}

/** Rows 0 to n − 1, spread over [0, 1): the label is whether x is above a half, but for every tenth row. */
export function testRows(n: number, from = 0): TestRow[] {
  return Array.from({ length: n }, (_, i) => {
    const x = ((i + from) * 0.6180339887) % 1;
    const flipped = (i + from) % 10 === 3;
    return { id: `row-${i + from}`, x: Number(x.toFixed(6)), label: x > 0.5 !== flipped ? 1 : 0 };
  });
}

export const asCsv = (rows: readonly TestRow[]) =>
  `id,x,label\n${rows.map(({ id, x, label }) => `${id},${x},${label}\n`).join('')}`;

const trainScript = `import json, os
open(os.path.join(os.environ["HOME"], "ran.log"), "a").write("train\\n")
params = dict(line.split(": ") for line in open("params.yaml").read().split("\\n") if line)
json.dump({"threshold": float(params["threshold"])}, open("model.json", "w"))
`;

const evaluateScript = `import csv, json, os
open(os.path.join(os.environ["HOME"], "ran.log"), "a").write("evaluate\\n")
threshold = json.load(open("model.json"))["threshold"]
with open("predictions.csv", "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(["id", "label", "prediction", "score"])
    for row in csv.DictReader(open("test.csv")):
        score = min(1.0, max(0.0, 0.5 + float(row["x"]) - threshold))
        out.writerow([row["id"], row["label"], int(score > 0.5), round(score, 6)])
`;

export const thresholdConfig = `version: 1
model: churn
pipeline:
  train: { run: python3 train.py, deps: [train.py], params: [params.yaml], outs: [model.json] }
  evaluate: { run: python3 evaluate.py, deps: [evaluate.py, model.json, test.csv], predictions: predictions.csv }
gate:
  - { metric: accuracy, max-drop: 0.02 }
`;

export const thresholdFiles: ProjectFiles = {
  'trainyard.yml': thresholdConfig,
  'train.py': trainScript,
  'evaluate.py': evaluateScript,
  'params.yaml': 'threshold: 0.5\n',
  'test.csv': asCsv(testRows(400)),
  '.gitignore': 'model.json\npredictions.csv\n',
};

/** A project in Python whose model is one number, 0.5 being the best, and whose test set is a file beside it. */
export function makeThresholdProject(files: ProjectFiles = {}): Project {
  return makeProject({ 'train.sh': '', 'evaluate.sh': '', ...thresholdFiles, ...files });
}
