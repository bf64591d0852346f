import { expect, test } from '@jest/globals';
import { bucketKey, bucketOfKey, keyOfPlace, placeOfKey } from './blob-key.ts';

test.each([
  ['results/logs/a', { provider: 'gs', rest: 'results/logs/a' }],
  ['s3:results/logs/a', { provider: 's3', rest: 'results/logs/a' }],
  ['results/s3:x/a:b', { provider: 'gs', rest: 'results/s3:x/a:b' }],
  ['b/new\nline', { provider: 'gs', rest: 'b/new\nline' }],
  ['', { provider: 'gs', rest: '' }],
])('%j', (key, place) => {
  expect(placeOfKey(key)).toEqual(place);
  expect(keyOfPlace(place)).toBe(key);
});

test.each([
  ['results', 'results', 'results'],
  ['gs://results', 'results', 'results'],
  ['gs://results/team/', 'results/team', 'results'],
  ['s3://results', 's3:results', 's3:results'],
  ['S3://results/team', 's3:results/team', 's3:results'],
])('keys in bucket %j begin with %j', (bucket, expected, withoutPath) => {
  expect(bucketKey({ bucket })).toBe(expected);
  expect(bucketOfKey(`${bucketKey({ bucket })}/logs/a`)).toBe(withoutPath);
});
