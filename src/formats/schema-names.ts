/** What run records say under `schema`. Apart from their reader, whose validator is large. */
export const runSchema = 'trainyard/run';
