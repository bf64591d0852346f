import { describe, expect, test } from '@jest/globals';
import { parseWebhookSecrets } from '../../rules/webhook-secrets.ts';
import { refuseWebhook, signatureOf } from './verify.ts';

// Numbers are those of spec plugins-review.md E.

const secrets = parseWebhookSecrets("acme/app:\n- value: A\nacme:\n- value: B\n'*':\n- value: old\n- value: new\n");

function webhookOf(payload: object, token: string) {
  const body = Buffer.from(JSON.stringify(payload));
  return { payload, body, signature: signatureOf(token, body) };
}

const ofRepo = (name: string) => ({ repository: { full_name: name } });

test.each<[string, object, string, boolean]>([
  ["the repository's own token", ofRepo('acme/app'), 'A', true],
  ["5. its organisation's, where the repository has its own", ofRepo('acme/app'), 'B', false],
  ["the organisation's", ofRepo('acme/other'), 'B', true],
  ['6. the older of two', ofRepo('else/where'), 'old', true],
  ['6. the newer of two', ofRepo('else/where'), 'new', true],
  ['8. the organisation of an event without a repository', { organization: { login: 'acme' } }, 'B', true],
  ['8. that for everything, likewise', { organization: { login: 'other' } }, 'new', true],
  ['an unknown one', ofRepo('else/where'), 'forged', false],
  ['none', ofRepo('else/where'), '', false],
])('signed with %s', (_name, payload, token, accepted) => {
  expect(refuseWebhook(secrets, webhookOf(payload, token)) === undefined).toBe(accepted);
});

test('6. a token that is taken out of the file is refused', () => {
  const rotated = parseWebhookSecrets("'*':\n- value: new\n");

  expect(refuseWebhook(rotated, webhookOf(ofRepo('a/b'), 'old'))?.refused).toContain('does not fit');
});

describe('a signature that is', () => {
  const good = webhookOf(ofRepo('acme/app'), 'A');

  test.each([
    ['empty', ''],
    ['SHA-1', 'sha1=0123456789012345678901234567890123456789'],
    ['without its name', good.signature.slice('sha256='.length)],
    ['cut', good.signature.slice(0, -1)],
    ['too long', `${good.signature}0`],
    ['not hexadecimal', `sha256=${'g'.repeat(64)}`],
    ['followed by a line end', `${good.signature}\n`],
  ])('%s is refused before any secret is looked at', (_name, signature) => {
    expect(refuseWebhook(secrets, { ...good, signature })?.refused).toContain('hexadecimal');
  });

  test('of other bytes is refused', () => {
    const body = Buffer.concat([good.body, Buffer.from(' ')]);

    expect(refuseWebhook(secrets, { ...good, body })?.refused).toContain('"acme/app"');
  });

  test('in capitals is taken, as hexadecimal digits are', () => {
    const signature = good.signature.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase());

    expect(refuseWebhook(secrets, { ...good, signature })).toBeUndefined();
  });
});

test('without any level for it a webhook is refused', () => {
  const only = parseWebhookSecrets('acme:\n- value: A\n');

  expect(refuseWebhook(only, webhookOf({}, 'A'))?.refused).toBe(
    'there is no secret for events without repository and organisation',
  );
});

test('a name of the prototype is not taken for a field', () => {
  expect(refuseWebhook(parseWebhookSecrets('s'), webhookOf([], 's'))).toBeUndefined();
  expect(refuseWebhook(secrets, webhookOf({ repository: '__proto__' }, 'new'))).toBeUndefined();
});
