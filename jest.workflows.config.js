import config from './jest.config.js';

/** The slow suites: what runs under act, the checks by other people's tools, and dist/ on the Node of actions. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.workflow.ts', '<rootDir>/test/bundle/**/*.test.ts'],
  testTimeout: 300_000,
};
