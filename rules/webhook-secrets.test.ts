import { expect, test } from '@jest/globals';
import { parseWebhookSecrets, tokensFor } from './webhook-secrets.ts';

const hierarchical = `
'*':
  - value: old
    created_at: 2020-10-02T15:00:00Z
  - value: new
    created_at: 2021-10-02T15:00:00Z
acme:
  - value: ofOrg
acme/app:
  - value: ofRepo
empty:
  - value: ''
none: []
`;

test.each<[string, string, string, string[] | undefined]>([
  ['the repository', hierarchical, 'acme/app', ['ofRepo']],
  ['the organisation', hierarchical, 'acme/other', ['ofOrg']],
  ['the organisation, for an event without repository', hierarchical, 'acme', ['ofOrg']],
  ['everything', hierarchical, 'other/app', ['old', 'new']],
  ['everything, with no name', hierarchical, '', ['old', 'new']],
  ['a level with an empty token, which is none', hierarchical, 'empty/x', []],
  ['a level without tokens', hierarchical, 'none/x', []],
  ['no level', 'acme:\n- value: a\n', 'other/app', undefined],
  ['one line', 'secret\n', 'acme/app', ['secret']],
  ['one line with white space around', ' \n\tsecret \r\n\n', 'acme/app', ['secret']],
  ['a list, which is not the map', '- value: a', 'acme/app', ['- value: a']],
  ['a map of another shape', 'acme: secret', 'acme/app', ['acme: secret']],
  ['YAML that cannot be read', '{a: [', 'acme/app', ['{a: [']],
  ['several lines', 'a\nb', 'acme/app', ['a\nb']],
  ['an empty file', ' \n', 'acme/app', undefined],
  ['an empty map', '{}', 'acme/app', undefined],
  ['a number as token', "'*':\n- value: 123", 'acme/app', ['123']],
  ['keys in capitals', "'*':\n- Value: a", 'acme/app', ['a']],
])('tokens of %s', (_name, content, name, expected) => {
  expect(tokensFor(parseWebhookSecrets(content), name)).toEqual(expected);
});
