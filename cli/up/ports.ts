/** Checks that ports are free before anything is started, so that the message can name the flag. */
import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

export async function checkPort(port: number, host: string, what: string, flag: string): Promise<void> {
  if (port === 0) return;
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  const why = code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${code})`;
  throw new StartError(`Port ${port} for ${what} ${why}. Choose another with ${flag}.`);
}
