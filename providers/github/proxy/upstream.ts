/** One request to the API, its bytes as they are: nothing is decoded, followed or added. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';

export interface UpstreamRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body?: Buffer | undefined;
}

export interface UpstreamAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The whole body, where it is too long to be kept; then `body` is empty. */
  stream?: Readable;
}

/** The host could not be reached, or did not answer. */
export class UpstreamFailure extends Error {
  /** What a proxy answers then. */
  readonly status: 502 | 504;

  constructor(status: 502 | 504, reason: string, options?: ErrorOptions) {
    super(`The code host cannot be reached: ${reason}`, options);
    this.status = status;
  }
}

export interface UpstreamOptions {
  /** Scheme, name and port. */
  origin: URL;
  /** Milliseconds without a byte from the host until it counts as gone. */
  timeoutMs: number;
  /** Longer bodies are passed on as they come. */
  maxBodyBytes: number;
}

export interface Upstream {
  /** Rejects with UpstreamFailure. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): void;
}

export function createUpstream({ origin, timeoutMs, maxBodyBytes }: UpstreamOptions): Upstream {
  const isTls = origin.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const port = origin.port === '' ? {} : { port: origin.port };
  // Node's option takes no brackets around IPv6.
  const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');

  function open({ method, path, headers, body }: UpstreamRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = { host, ...port, method, path, headers: { ...headers, host: origin.host }, agent };
      const sent = isTls ? httpsRequest(options) : httpRequest(options);
      sent.setTimeout(timeoutMs, () => sent.destroy(new UpstreamFailure(504, 'no answer in time')));
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const isSafe = method === 'GET' || method === 'HEAD';
        // A connection that was open from before may have been given up by the host just now.
        if (isSafe && sent.reusedSocket && error.code === 'ECONNRESET')
          open({ method, path, headers }).then(resolve, reject);
        else reject(error);
      });
      sent.on('response', resolve);
      sent.end(body);
    });
  }

  return {
    async send(request) {
      try {
        const answer = await open(request);
        return { status: answer.statusCode ?? 502, headers: answer.headers, ...(await bodyOf(answer, maxBodyBytes)) };
      } catch (error) {
        if (error instanceof UpstreamFailure) throw error;
        const { code, message } = error as NodeJS.ErrnoException;
        throw new UpstreamFailure(502, code ?? message, { cause: error });
      }
    },
    close: () => agent.destroy(),
  };
}

async function bodyOf(answer: IncomingMessage, maxBytes: number): Promise<{ body: Buffer; stream?: Readable }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const rest = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    chunks.push(next.value);
    bytes += next.value.length;
    if (bytes > maxBytes) return { body: Buffer.alloc(0), stream: Readable.from(joined(chunks, rest)) };
  }
  return { body: Buffer.concat(chunks) };
}

async function* joined(before: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* before;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    // Who reads may go away: then nobody wants the rest.
    await rest.return?.();
  }
}
