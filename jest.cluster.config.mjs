// Tests on a real Kubernetes cluster: `npm run test:cluster`.
import base from './jest.config.mjs';

export default {
  ...base,
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  testTimeout: 120_000,
  // They share one node, and several would only wait for each other.
  maxWorkers: 1,
};
