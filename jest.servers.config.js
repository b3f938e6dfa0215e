import config from './jest.config.js';

/** Suites that need real servers and other people's tools. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.servers.ts'],
  testTimeout: 300_000,
};
