/** Help texts: data only, so that asking for help loads nothing else. */
export const verbs = [
  ...(['train', 'evaluate', 'compare', 'gate', 'record'] as const),
  ...(['register', 'deploy', 'rollback', 'reconcile', 'status', 'history'] as const),
] as const;
export type Verb = (typeof verbs)[number];

export const usage = `trainyard <verb> [options]

  train      run the pipeline for the work tree (unchanged stages are skipped) and write its run record
  evaluate   compute metrics from predictions
  compare    show a candidate beside a baseline, and judge it by rules given here
  gate       judge the work tree by the project's rules and write the comment, the check and the summary
  record     promote or write the run record of this commit into the ledger
  register   make an immutable version of the model that was recorded for a commit
  deploy     make a version live in an environment, step by step, and back by itself when it is bad
  rollback   go back to the last good version
  reconcile  finish or turn back what a run that died left half-way
  status     what is live where
  history    deployments of an environment

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
  --on-missing WHAT     error (default), or drop rows in which something is empty or NaN
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
trainyard evaluate --predictions FILE [--metric NAME]... [--task TASK] [--slice SLICE]...
                   [--column OURS=YOURS]... [--json]

Without a file: runs what is missing for the work tree and prints its metrics.
With a file: computes metrics from its rows. Parquet, CSV, TSV and JSON lines are read.

  --predictions FILE    predictions to evaluate
  --metric NAME         only this metric, as f1_macro or precision_at_recall@0.9; repeatable
${rows}${common}`,
  compare: `trainyard compare [--candidate A] [--baseline B] [--rule RULE]...
                  [--format md|json|html] [--explain] [--json]
trainyard compare --predictions FILE [--column OURS=YOURS]... [--rule RULE]...

A and B are each a run id, a git revision, a run.json, a metrics file or a predictions file. Without A it is the
work tree, without B what the project's "baseline:" finds. Only rules given here are judged; without any the
verdict is null and the exit code 0.

With --predictions one file holds both sides, in columns named candidate.score, baseline.score and so on.

  --candidate A         what is judged
  --baseline B          what it is judged against
  --predictions FILE    rows with the outputs of both sides; without a column "id" they go by their numbers
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
  register: `trainyard register --version VERSION [--commit REVISION] [--model NAME] [--retrain] [--signing-key FILE] [--json]

Makes a version of the run that is recorded for a commit: an annotated tag (as GTO reads them), the model's files with
a manifest in the registry, and an entry in the ledger. A run that its gate did not let through is refused, so are other
bytes under a version that is taken. Doing it twice is doing it once.

  --version VERSION     v1.2.0: every model whose bytes changed; churn@v1.2.0: that model
  --commit REVISION     commit, branch or tag to release (default: HEAD)
  --retrain             train again where the files of the run are gone, and judge what comes out
  --signing-key FILE    PEM file of an elliptic-curve key to sign files and manifest with
${common}`,
  deploy: `trainyard deploy --version VERSION [--env NAME] [--model NAME] [--plan] [--allow-lower] [--json]
trainyard deploy --resume | --abort [--env NAME] [--model NAME]

Verifies the version, takes the environment's lock and goes step by step: prepare, stage, shift, verify, promote,
retire. Each step is in the ledger before and after it. A bad version is taken back and blocked (exit 1), one that
nothing can be said of is held for a person to decide (exit 4).

  --version VERSION     version to deploy, as 1.2.0
  --env NAME            environment, where there are several
  --plan                only say what would happen
  --allow-lower         also a version lower than the live one
  --resume              go on with a deployment that is held
  --abort               take a deployment that is held back
${common}`,
  rollback: `trainyard rollback [--to VERSION] [--reason TEXT] [--env NAME] [--model NAME] [--json]
trainyard rollback --unblock VERSION [--env NAME] [--model NAME]

Goes back to a version that was good, by its stored bytes and without the gate; probes are still asked. The version
that is left is blocked until it is unblocked.

  --to VERSION          version to go back to (default: the last good one)
  --reason TEXT         why; kept with the block
  --unblock VERSION     lift the block of a version
  --env NAME            environment, where there are several
${common}`,
  reconcile: `trainyard reconcile [--env NAME] [--model NAME] [--json]

Finds deployments whose run died, asks the target what is true, and finishes or turns them back. Every deploy and
rollback does so first.

  --env NAME            only this environment
${common}`,
  status: `trainyard status [--target] [--env NAME] [--model NAME] [--format md] [--json]

Shows what is live where, since when, from which commit and with which verdict, as the ledger has it.

  --target              ask the targets, too, and say where they differ
  --env NAME            only this environment
  --format md           a table in Markdown
${common}`,
  history: `trainyard history [--count N] [--env NAME] [--model NAME] [--format md] [--json]

Lists deployments and rollbacks, newest first.

  --count N             how many (default 20)
  --env NAME            environment, where there are several
  --format md           a table in Markdown
${common}`,
};
