/**
 * Headers of a webhook that is passed on to an external plugin (spec plugins-review.md A.8, integrations.md 5.2): those that
 * GitHub sent, so that the plugin checks it as if GitHub had, and the sender's name that Prow's hook uses.
 */
import { createHmac } from 'node:crypto';
import { signatureOf } from './verify.ts';

export interface ForwardedWebhook {
  event: string;
  delivery: string;
  /** As it was stored with the body, by lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** The webhook is signed anew with it. Without it the signature that came with it stays. */
  token?: string | undefined;
}

export const signatureHeader = 'x-hub-signature-256';
const oldSignatureHeader = 'x-hub-signature';

export function forwardHeaders({ event, delivery, headers, body, token }: ForwardedWebhook): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...headers,
    'x-github-event': event,
    'x-github-delivery': delivery,
    ...(token !== undefined && {
      [signatureHeader]: signatureOf(token, body),
      [oldSignatureHeader]: `sha1=${createHmac('sha1', token).update(body).digest('hex')}`,
    }),
    'user-agent': 'ProwHook',
  };
}
