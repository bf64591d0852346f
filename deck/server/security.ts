/**
 * What every request must pass and every answer carries (spec deck.md 1.10, 1.12): our own host name, no change on behalf of
 * another site, and a page that loads and runs nothing from elsewhere.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export function addSecurity(app: FastifyInstance, allowedHosts: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      // Else any site could read the list by including it as a script.
      'cross-origin-resource-policy': 'same-origin',
    });
    // Probes address a machine and not a name; what they learn is no secret.
    if (request.url.startsWith('/healthz')) return;
    const host = request.headers.host ?? '';
    if (!allowedHosts.includes(host)) {
      throw new HttpError(
        403,
        `Deck is not known as ${JSON.stringify(host)}; set --public-url to the address that users have.`,
      );
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeign(request);
  });
}

/** Programs without a browser send neither header; a page of another site cannot leave them out. */
function refuseForeign({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new HttpError(403, 'Refused: the request comes from another site.');
  const { origin, host = '' } = headers;
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new HttpError(403, 'Refused: the request comes from another origin.');
  }
}
