import { expect, test } from '@jest/globals';
import type { DecorationConfig, Resources } from '../../domain/job-config.ts';
import { withMemoryRules } from './memory.ts';

const equal = { set_limit_equals_memory_request: true };

test.each<[string, Resources | undefined, DecorationConfig, Resources | undefined]>([
  ['nothing configured', { limits: { memory: '4Gi' } }, {}, { limits: { memory: '4Gi' } }],
  ['a default', undefined, { default_memory_request: '2Gi' }, { requests: { memory: '2Gi' } }],
  [
    'a default beside another request',
    { requests: { cpu: '1' } },
    { default_memory_request: '2Gi' },
    { requests: { cpu: '1', memory: '2Gi' } },
  ],
  [
    'no default over an own request',
    { requests: { memory: '512Mi' } },
    { default_memory_request: '2Gi' },
    { requests: { memory: '512Mi' } },
  ],
  [
    'the limit equals the default',
    undefined,
    { ...equal, default_memory_request: '2Gi' },
    { requests: { memory: '2Gi' }, limits: { memory: '2Gi' } },
  ],
  [
    'a higher limit is lowered, others stay',
    { requests: { memory: '1Gi' }, limits: { memory: '4Gi', cpu: '2' } },
    equal,
    { requests: { memory: '1Gi' }, limits: { memory: '1Gi', cpu: '2' } },
  ],
  ['no request, no limit', { requests: { cpu: '1' } }, equal, { requests: { cpu: '1' } }],
])('%s', (_name, resources, decoration, expected) => {
  expect(withMemoryRules({ ...(resources && { resources }) }, decoration).resources).toEqual(expected);
});
