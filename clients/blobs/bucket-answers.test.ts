/** What stands between us and a provider may answer in its own way; and what it says is told in words. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { createGcsBlobStore } from './gcs.ts';
import { createS3BlobStore } from './s3.ts';

let server: Server;
let endpoint: string;
let answer: { status: number; body: string };
let requests: number;

beforeEach(async () => {
  requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    request.resume();
    request.on('end', () => response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  endpoint = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const html = '<html><title>Trouble</html>';
const stores = {
  s3: () => createS3BlobStore({ endpoint, s3_force_path_style: true, access_key: 'a', secret_key: 'top-secret' }),
  gs: () => createGcsBlobStore({ endpoint }),
};

test.each(['s3', 'gs'] as const)('%s: a page with 503 is tried again, then told', async (scheme) => {
  answer = { status: 503, body: html };

  await expect(stores[scheme]().put('results/x', '1')).rejects.toMatchObject({
    name: 'StorageUnavailable',
    message: expect.stringContaining(`Cannot write x in bucket ${scheme}://results: answer 503`),
  });
  expect(requests).toBe(3);
});

test.each([
  ['s3', '--s3-credentials-file'],
  ['gs', '--gcs-credentials-file'],
] as const)('%s: denied access names %s', async (scheme, flag) => {
  answer = { status: 403, body: html };
  const message = new RegExp(`bucket ${scheme}://results: access is denied .* check ${flag}`);

  for (const call of [
    () => stores[scheme]().put('results/x', '1'),
    () => stores[scheme]().get('results/x'),
    () => stores[scheme]().stat('results/x'),
    () => stores[scheme]().delete('results/x'),
  ]) {
    await expect(call()).rejects.toMatchObject({ name: 'StorageUnavailable', message: expect.stringMatching(message) });
  }
});
