// Unit tests sit beside their source; server-backed ones under test/. swc strips the types (tsc checks them separately).
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/test/cluster/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.tools/'],
  globalSetup: '<rootDir>/test/harness/global-setup.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Of the heap, between two files. Modules of files that are over stay in it, and starting a process copies the page tables of all
  // of it: 4 ms of a new worker, 85 ms of one that has grown to a gigabyte, and some files start thousands.
  workerIdleMemoryLimit: '250MB',
};
