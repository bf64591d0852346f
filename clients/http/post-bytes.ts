/**
 * One POST, as programs of our own side are asked: nothing is followed, nothing is repeated, and neither a slow nor an endless
 * answer holds anything up. Credentials in the address are sent as Go's clients do, and stand in no error.
 */
import { request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';

export interface PostRequest {
  /** http or https. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Milliseconds from the beginning to the end of the answer. */
  timeoutMs: number;
}

export interface PostAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of it, `maxAnswerBytes` at most. */
  text: string;
}

/** An answer is read so far and not further. */
export const maxAnswerBytes = 16 * 1024;

/** Rejects where no answer began in time; the message has no part of the address but its host. */
export async function postBytes({ url, headers, body, timeoutMs }: PostRequest): Promise<PostAnswer> {
  const ask = url.protocol === 'https:' ? askHttps : askHttp;
  const expired = AbortSignal.timeout(timeoutMs);
  return await new Promise((resolve, reject) => {
    const sent = ask(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      signal: expired,
      // A connection that the other side has just given up would look like a failure of the other side.
      agent: false,
    });
    sent.on('error', (error) => reject(expired.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const done = () => {
        const text = Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        sent.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= maxAnswerBytes) done();
      });
      response.on('end', done);
      // It was answered; what is missing of the answer nobody needs.
      response.on('error', done);
    });
    sent.end(body);
  });
}
