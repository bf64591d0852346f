import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { checkPort } from './ports.ts';
import { StartError } from './start-error.ts';

async function listen(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

test('a port in use is named with what wants it and the flag', async () => {
  const { port, close } = await listen();

  const checking = checkPort(port, '127.0.0.1', 'Deck', '--port');

  await expect(checking).rejects.toThrow(
    new StartError(`Port ${port} for Deck is already in use. Choose another with --port.`),
  );
  await close();
});

test('a free port is free again after the check', async () => {
  const { port, close } = await listen();
  await close();

  await checkPort(port, '127.0.0.1', 'Deck', '--port');
  await checkPort(port, '127.0.0.1', 'Deck', '--port');
});

test('an address that this machine does not have is told', async () => {
  await expect(checkPort(1, '192.0.2.1', 'Deck', '--port')).rejects.toThrow(/Port 1 for Deck cannot be used \(E\w+\)/);
});
