/** One HTTP request with exactly the headers that are given, which `fetch` does not allow (Host, Origin, Sec-Fetch-Site). */
import { request, type IncomingHttpHeaders } from 'node:http';

export interface Asked {
  /** Default GET. */
  method?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body as JSON, of the type that the test expects. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a cast, in fewer words
  json<T>(): T;
}

/** Asks 127.0.0.1 for a path. Redirects are not followed. */
export async function httpAsk(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: Asked = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const { statusCode = 0 } = response;
        resolve({ statusCode, headers: response.headers, body, json: () => JSON.parse(body) });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
