/** Numbers that do not depend on the machine are promised: a bench that measures more than was promised fails. */

/**
 * @param {(line: string) => void} log
 * @returns `hold(what, value, most, unit)` says what was measured and throws when it is more than `most`
 */
export function createBudget(log) {
  return (what, value, most, unit = '') => {
    const shown = Number.isInteger(value) ? String(value) : value.toFixed(2);
    const said = `${what}: ${shown}${unit} (at most ${most}${unit})`;
    if (!(value <= most)) throw new Error(`Over budget: ${said}`);
    log(`  ${said}`);
  };
}

/** All requests of `takeRequests`. */
export const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
