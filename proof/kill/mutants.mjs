/** Faults planted into the code under proof: what is broken, where, and how. */
export const mutants = [
  {
    name: 'the journal does not look whether the deployment is still open',
    file: 'release/journal.ts',
    from: 'if (now.books.state.open !== id || now.books.record.fence !== fence) throw ended(id);',
    to: '',
  },
  {
    name: 'who takes over does not raise the fence',
    file: 'release/journal.ts',
    from: 'fence = books.state.fence + 1;',
    to: 'fence = books.state.fence;',
  },
  {
    name: 'a deployment is opened although another was in between',
    file: 'release/open.ts',
    from: 'if (state.fence !== wanted.state.fence || state.open !== null)',
    to: 'if (state.fence < 0)',
  },
  {
    name: 'the target does not look at the fence',
    file: 'targets/versions.ts',
    from: 'if (seen > own) throw outdated(base, own, seen);',
    to: '',
  },
  {
    name: 'a step is written down after it was done',
    file: 'release/drive.ts',
    from: 'await enter(deps, journal, step);\n      const seen = await perform(deps, journal, manifest, step);',
    to: 'const seen = await perform(deps, journal, manifest, step);\n      await enter(deps, journal, step);',
  },
  {
    name: 'turning back is written down after it was done',
    file: 'release/ending.ts',
    from: "await journal.write('back out', (books) => state.turnedBack(books, ending, reason, turned));\n  const { from } = journal.books.record;\n  await steadily(runtime, 'Putting back what was live', () => target.rollback(placementOf(journal), from));",
    to: "const { from } = journal.books.record;\n  await steadily(runtime, 'Putting back what was live', () => target.rollback(placementOf(journal), from));\n  await journal.write('back out', (books) => state.turnedBack(books, ending, reason, turned));",
  },
  {
    name: 'the target is not asked whether it went back',
    file: 'release/recovery.ts',
    from: "return now.stable?.deployment === record.id ? 'finish' : 'turn-back';",
    to: "return 'finish';",
  },
  {
    name: 'what was promoted is turned back',
    file: 'release/recovery.ts',
    from: "return now.stable?.deployment === record.id ? 'finish' : 'turn-back';",
    to: "return 'turn-back';",
  },
  {
    name: 'a deployment that had turned back is finished',
    file: 'release/recovery.ts',
    from: "if (record.ending !== null) return 'turn-back';",
    to: "if (record.ending !== null) return 'finish';",
  },
  {
    name: 'the lock is kept when the work fails',
    file: 'release/lock.ts',
    from: 'if (!(error instanceof CancelledError)) await giveBack(place);',
    to: '',
  },
  {
    name: 'a dead holder is waited for',
    file: 'release/lock.ts',
    from: 'return (await locks.lives(holder)) ? holder : null;',
    to: 'return holder;',
  },
  {
    name: 'what is shown stays as the dead run left it',
    file: 'release/reconcile.ts',
    from: 'if (newest !== undefined) await show(deps, await readBooks(deps, newest.id));',
    to: '',
  },
  {
    name: 'what was written although no answer came is written again',
    file: 'release/journal.ts',
    from: 'if (tried !== null && isSame(tried, now.books)) return { done: now };',
    to: '',
  },
  {
    name: 'who finds nothing to change does not look whether it is still its turn',
    file: 'release/journal.ts',
    from: 'if (now.books.state.open !== id || now.books.record.fence !== fence) throw ended(id);\n        const next = sealed(change(now.books));\n        if (isSame(next.books, now.books)) return { done: now };',
    to: 'const next = sealed(change(now.books));\n        if (isSame(next.books, now.books)) return { done: now };\n        if (now.books.state.open !== id || now.books.record.fence !== fence) throw ended(id);',
  },
  {
    name: 'half-copied files stay',
    file: 'targets/directory/index.ts',
    from: 'await versions.discard(deployment);',
    to: '',
  },
  {
    name: 'the link is away while it is replaced',
    file: 'targets/versions.ts',
    from: 'await files.rename(fresh, path);',
    to: 'await files.remove(path);\n      await files.rename(fresh, path);',
  },
];
