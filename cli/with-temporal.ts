/** Runs a command's work with a Temporal client and closes it afterwards. */
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../clients/temporal/connect.ts';
import { temporalConnectionOf } from '../config/settings.ts';
import { settingsOf } from './setting-options.ts';

export async function withTemporal(
  options: Record<string, unknown>,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const settings = settingsOf(options);
  const client = await connectTemporal({ ...temporalConnectionOf(settings), namespace: settings.namespace });
  try {
    await work(client);
  } finally {
    await client.connection.close();
  }
}
