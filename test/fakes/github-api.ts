/**
 * An HTTP server that answers as GitHub's REST API does: by a table of answers, with ETags, conditional requests and pages. It
 * knows no rules of GitHub; tests that need them ask an emulator or a forge.
 */
import { createHash } from 'node:crypto';
import Fastify from 'fastify';

export interface ApiAnswer {
  /** Default 200, or 204 without a body. */
  status?: number;
  body?: unknown;
  /** The body as it is sent, for JSON that JavaScript cannot write. */
  raw?: string;
  headers?: Record<string, string>;
}

export interface ApiRequest {
  method: string;
  /** With the query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

export interface FakeGitHubApi {
  url: string;
  /** By `METHOD /path`, without the query. A list is answered in pages, a function as it says. */
  answers: Record<string, ApiAnswer | ((request: ApiRequest) => ApiAnswer)>;
  /** All that came, `METHOD /path?query`, oldest first. */
  asked: string[];
  requests: ApiRequest[];
  /** Those answered 304. */
  unchanged: string[];
  close(): Promise<void>;
}

export async function createFakeGitHubApi(): Promise<FakeGitHubApi> {
  const app = Fastify({ logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const api: FakeGitHubApi = {
    url: '',
    answers: {},
    asked: [],
    requests: [],
    unchanged: [],
    close: async () => {
      await app.close();
    },
  };
  app.all('/*', async (request, reply) => {
    const text = typeof request.body === 'string' ? request.body : '';
    const asked: ApiRequest = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    api.requests.push(asked);
    api.asked.push(`${asked.method} ${asked.url}`);
    const { pathname, searchParams } = new URL(asked.url, api.url);
    const given = api.answers[`${asked.method} ${decodeURIComponent(pathname)}`];
    const answer = typeof given === 'function' ? given(asked) : given;
    if (!answer) return reply.code(404).send({ message: 'Not Found' });
    const { headers = {} } = answer;
    let { body } = answer;
    reply.headers(headers);
    if (Array.isArray(body)) {
      const size = Number(searchParams.get('per_page') ?? 30);
      const page = Number(searchParams.get('page') ?? 1);
      const more = body.length > page * size;
      searchParams.set('page', String(page + 1));
      if (more) reply.header('link', `<${api.url}${pathname}?${searchParams.toString()}>; rel="next"`);
      body = body.slice((page - 1) * size, page * size);
    }
    if (answer.raw !== undefined) return reply.type('application/json').send(answer.raw);
    if (body === undefined) return reply.code(answer.status ?? 204).send();
    const json = JSON.stringify(body);
    const etag = `"${createHash('sha256').update(json).digest('hex')}"`;
    reply.header('etag', etag);
    if (asked.method === 'GET' && request.headers['if-none-match'] === etag) {
      api.unchanged.push(asked.url);
      return reply.code(304).send();
    }
    return reply
      .code(answer.status ?? 200)
      .type('application/json')
      .send(json);
  });
  api.url = await app.listen({ port: 0, host: '127.0.0.1' });
  return api;
}
