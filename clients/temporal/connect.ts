/** A client of the Temporal server for processes that run no workers (Deck, CLI). */
import { Client, Connection } from '@temporalio/client';

export interface TemporalSettings {
  /** `host:port` */
  address: string;
  namespace: string;
}

/** A server that does not answer, in words. */
export class TemporalUnreachableError extends Error {}

/** Close `connection` when done. Rejects with TemporalUnreachableError. */
export async function connectTemporal({ address, namespace }: TemporalSettings): Promise<Client> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '5 seconds' });
    return new Client({ connection, namespace });
  } catch (error) {
    throw new TemporalUnreachableError(
      `No Temporal server answers at ${address}. Is the system up (npm start), or is --temporal-address wrong?`,
      { cause: error },
    );
  }
}
