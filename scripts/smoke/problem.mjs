/** Something is wrong with what was asked for, or with what GitHub was found to do; the message ends with the remedy. */
export class Problem extends Error {
  name = 'Problem';
}

/** A step that cannot be tried here; the message says why. */
export class Skipped extends Error {
  name = 'Skipped';
}
