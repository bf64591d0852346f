/** What the parts of the server share, and how an answer leaves. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../api/operation.ts';
import type { Limits } from '../api/limits.ts';
import type { Routes } from '../api/routes.ts';
import type { Webhooks } from '../events/webhooks.ts';
import { ApiError } from '../model/errors.ts';
import type { World } from '../model/world.ts';
import type { Admin } from './admin.ts';
import type { Calls } from './calls.ts';
import type { Faults } from './faults.ts';

export interface Parts {
  world: World;
  webhooks: Webhooks;
  limits: Limits;
  faults: Faults;
  calls: Calls;
  routes: Routes;
  admin: Admin;
}

export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  url: URL;
}

/** Larger bodies than GitHub takes. */
const bodyLimit = 25 * 1024 * 1024;

/** The whole body of a request. Rejects with 413 where it is too large. */
export async function readBody(request: FastifyRequest): Promise<Buffer> {
  const stream = request.body as AsyncIterable<Buffer> | null | undefined;
  if (!stream) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > bodyLimit) throw new ApiError(413, 'Payload too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined for an empty body; 400 for what is not JSON. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
}

export function errorAnswer(error: unknown): Answer {
  if (!(error instanceof ApiError)) throw error;
  return {
    status: error.status,
    body: {
      message: error.message,
      ...(error.errors && { errors: error.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(error.status),
    },
    headers: error.headers,
  };
}

export const etagOf = (body: string | Buffer): string => `W/"${createHash('sha256').update(body).digest('hex')}"`;

/** Closes the connection without a word. */
export function hangUp({ reply }: Exchange): void {
  reply.hijack();
  reply.raw.destroy();
}

export function isLoopback(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress;
  // A Unix socket has no address and no way in from elsewhere.
  return address === undefined || address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

/** A page of another site must not act here: browsers then name it in `Origin`. */
export function isForeignPage(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
