/**
 * `node dist/forge/main.js [--data FOLDER] [--port NUMBER] [--seed] [--webhook URL --secret TEXT]`: the code host by itself. Prints one line of JSON
 * with its address, and with `--seed` the tokens of the sample's people. Ends on SIGINT and SIGTERM.
 */
import { parseArgs } from 'node:util';
import { createForge } from './create-forge.ts';
import { seed } from './seed.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.bowsprit/forge' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    seed: { type: 'boolean', default: false },
    webhook: { type: 'string' },
    secret: { type: 'string' },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is no port number.`);
const forge = await createForge({ dataDir: values.data, host: values.host, port });
const { webhook: url, secret = '' } = values;
const seeded = values.seed ? await seed(forge, url === undefined ? {} : { webhook: { url, secret } }) : undefined;
process.stdout.write(
  `${JSON.stringify({ url: forge.url, api: forge.api, ...(seeded && { tokens: seeded.tokens }) })}\n`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void forge.close();
  });
}
