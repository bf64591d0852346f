import { expect, test } from '@jest/globals';
import { gitBaseUrl } from './git-base-url.ts';

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://api.github.com/', 'https://github.com'],
  ['https://ghe.corp.example/api/v3', 'https://ghe.corp.example'],
  ['https://ghe.corp.example/api/v3/', 'https://ghe.corp.example'],
  ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
  ['http://127.0.0.1:8090/api/v3', 'http://127.0.0.1:8090'],
  ['http://127.0.0.1:8090', 'http://127.0.0.1:8090'],
  ['https://corp.example/tools/api/v3', 'https://corp.example/tools'],
])('%s → %s', (api, git) => {
  expect(gitBaseUrl(api)).toBe(git);
});
