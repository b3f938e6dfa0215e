/** Prints the closing line `N passed, N failed`, alone, so that any CI can read the counts. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const broken = results.testResults.filter((r) => r.testExecError && r.numFailingTests === 0).length;
    process.stdout.write(`\n${results.numPassedTests} passed, ${results.numFailedTests + broken} failed\n`);
  }
}
