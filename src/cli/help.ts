/** Help texts: data only, so that asking for help loads nothing else. */
export const verbs = ['train', 'evaluate', 'compare', 'gate', 'record'] as const;
export type Verb = (typeof verbs)[number];

export const usage = `trainyard <verb> [options]

  train      run the pipeline for the work tree (unchanged stages are skipped) and write its run record
  evaluate   compute metrics from predictions
  compare    show a candidate beside a baseline, and judge it by rules given here
  gate       judge the work tree by the project's rules and write the comment, the check and the summary
  record     promote or write the run record of this commit into the ledger

  trainyard <verb> --help   options of a verb
  trainyard --version

Exit codes: 0 pass, 1 fail, 2 error in input, configuration or a stage, 3 the other side failed,
4 inconclusive where that blocks, 130 cancelled.
`;

const common = `  --model NAME          only this model of the project
  --json                one JSON document on stdout; the log goes to stderr
  --help                this text
`;

const rows = `  --task TASK           binary, multiclass or regression (default: found from the columns)
  --column OURS=YOURS   a column under another name, as label=target; repeatable
                        ours: id, label, prediction, score, score.<label>, weight, group
  --positive-label L    the label that counts as positive (default: 1 or true)
  --slice SLICE         also compute metrics for each value of a column, or each bin, or combination of columns:
                        carrier, age:bins=18,30,65, distance:quantiles=4, "carrier & origin"; repeatable
`;

export const verbHelp: Readonly<Record<Verb, string>> = {
  train: `trainyard train [--model NAME] [--no-wait] [--json]

Runs the pipelines of trainyard.yml in dependency order and writes .trainyard/runs/<id>.json; on a clean commit
of the default branch the record goes to the ledger (branch "trainyard") too.

  --no-wait             only submit the runs, for engines whose runs live outside this process; a later train of
                        the same inputs collects them
${common}`,
  evaluate: `trainyard evaluate [--model NAME] [--json]
trainyard evaluate --predictions FILE [--task TASK] [--slice SLICE]... [--column OURS=YOURS]... [--json]

Without a file: runs what is missing for the work tree and prints its metrics.
With a file: computes metrics from its rows. CSV, TSV and JSON lines are read.

  --predictions FILE    predictions to evaluate
${rows}${common}`,
  compare: `trainyard compare [--candidate A] [--baseline B] [--rule RULE]...
                  [--format md|json|html] [--explain] [--json]

A and B are each a run id, a git revision, a run.json, a metrics file or a predictions file. Without A it is the
work tree, without B what the project's "baseline:" finds. Only rules given here are judged; without any the
verdict is null and the exit code 0.

  --candidate A         what is judged
  --baseline B          what it is judged against
  --rule RULE           metric:kind=amount, kind one of min, max, too-good, max-drop, max-rise;
                        repeatable, as roc_auc:max-drop=0.005, accuracy[carrier=UA]:min=0.8,
                        accuracy[carrier=*]:max-drop=0.02 (every carrier), log_loss:max-rise=2%,level=warn
  --format FORMAT       md (default), json or html
  --explain             print how each verdict came about, step by step
${rows}${common}`,
  gate: `trainyard gate [--model NAME] [--explain] [--plan] [--json]

Takes the run of the work tree (running what is missing), finds the baseline by itself, judges by the rules of the
base commit (and by changed ones too: the worse verdict counts) and writes comment.md, check.json, summary.md and
preview.html under .trainyard/.

  --explain             print how each verdict came about, step by step
  --plan                publish nothing and print how many test rows each margin needs, alone and jointly
${common}`,
  record: `trainyard record [--model NAME] [--metrics FILE]... [--predictions FILE] [--json]

Writes the run record of this commit into the ledger: promoted from a run with an equal tree or equal inputs,
else made by training. With files it imports results made elsewhere.

  --metrics FILE        metrics made elsewhere; repeatable
  --predictions FILE    predictions made elsewhere
${common}`,
};
