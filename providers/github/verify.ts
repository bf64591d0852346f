/**
 * Whether GitHub sent a webhook: HMAC-SHA256 over its bytes, with a secret of its repository (spec plugins-review.md A.2, A.3).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { tokensFor, type WebhookSecrets } from '../../rules/webhook-secrets.ts';

/** Why a webhook is not taken. The text names no secret and nothing of the body but the repository's name. */
export interface Refused {
  refused: string;
}

const signaturePattern = /^sha256=([0-9a-fA-F]{64})$/;

/**
 * Undefined for a webhook that is signed as it must be. `payload` is the parsed body: it says which secrets count, and is
 * trusted for nothing else. The time it takes does not depend on how much of a signature is right, nor on which token it is.
 */
export function refuseWebhook(
  secrets: WebhookSecrets,
  webhook: { signature: string; body: Uint8Array; payload: unknown },
): Refused | undefined {
  const given = signaturePattern.exec(webhook.signature)?.[1];
  if (given === undefined) return { refused: 'X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits' };
  const name = secretName(webhook.payload);
  const tokens = tokensFor(secrets, name);
  if (tokens === undefined) return { refused: `there is no secret for ${shown(name)}` };
  const signature = Buffer.from(given, 'hex');
  let valid = false;
  for (const token of tokens) {
    const expected = createHmac('sha256', token).update(webhook.body).digest();
    valid = timingSafeEqual(signature, expected) || valid;
  }
  return valid ? undefined : { refused: `the signature does not fit any secret for ${shown(name)}` };
}

/** The value of X-Hub-Signature-256. */
export function signatureOf(token: string, body: Uint8Array | string): string {
  return `sha256=${createHmac('sha256', token).update(body).digest('hex')}`;
}

/** `org/repo`, or `org` where the event is about no repository; empty where it is about neither. */
function secretName(payload: unknown): string {
  return textAt(payload, 'repository', 'full_name') || textAt(payload, 'organization', 'login');
}

function textAt(value: unknown, outer: string, inner: string): string {
  const found = fieldOf(fieldOf(value, outer), inner);
  return typeof found === 'string' ? found : '';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** A name that nobody has vouched for yet, for logs and answers. */
function shown(name: string): string {
  return name === '' ? 'events without repository and organisation' : JSON.stringify(name.slice(0, 200));
}
