import { expect, test } from '@jest/globals';
import { canonicalQuantity } from './quantity.ts';

// Expected values are those of Kubernetes' resource.Quantity.
test.each([
  ['4', '4'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['5.', '5.'],
  ['500m', '500m'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1.5', '1500m'],
  ['1000000000', '1G'],
  ['1e9', '1e9'],
  ['1E3', '1E3'],
  ['12e5', '1200e3'],
  ['1500', '1500'],
  ['16000Mi', '16000Mi'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['512Ki', '512Ki'],
  ['0.5Ki', '512'],
  ['1Ki', '1Ki'],
  ['-1.5', '-1500m'],
  ['+3k', '+3k'],
  ['+1000m', '1'],
  ['1.250', '1.250'],
  ['007', '007'],
  ['00', '0'],
  ['0.1Gi', '107374182400m'],
  ['100000000000Pi', '9223372036854775807'],
  ['1e3', '1e3'],
  ['0', '0'],
  ['0Gi', '0'],
  ['1n', '1n'],
  ['0.1n', '1n'],
  ['100M', '100M'],
  ['1E', '1E'],
  ['1Ei', '1Ei'],
])('%s is %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

test.each(['', 'four', '1 Gi', '1gi', '1Kb', '.', '-', '1e', '1e1.5', '0x10', '1_000', 'Mi', '1mm'])(
  '%j is refused',
  (text) => {
    expect(canonicalQuantity(text)).toBeUndefined();
  },
);
