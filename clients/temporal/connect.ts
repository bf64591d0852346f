/** A client of the Temporal server for processes that run no workers (Deck, CLI). */
import { Client, Connection } from '@temporalio/client';
import { connectionOptions, type TemporalConnectionSettings } from './connection-options.ts';
import { TemporalUnreachableError } from './unreachable-error.ts';

export interface TemporalSettings extends TemporalConnectionSettings {
  namespace: string;
}

/** Close `connection` when done. Rejects with TemporalUnreachableError, TemporalSettingsError. */
export async function connectTemporal({ namespace, ...settings }: TemporalSettings): Promise<Client> {
  const options = await connectionOptions(settings);
  const { address } = options;
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: '5 seconds' });
    return new Client({ connection, namespace });
  } catch (error) {
    throw new TemporalUnreachableError(
      `No Temporal server answers at ${address}. Is the system up (npm start), or is --temporal-address wrong?`,
      { cause: error },
    );
  }
}
