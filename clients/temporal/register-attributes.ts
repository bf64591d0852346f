/**
 * Registers our search attributes, before any worker polls: a workflow that sets an unregistered one would fail its task for
 * ever (temporal.md 9). Adding one that exists is no error.
 */
import type { ConnectionLike } from '@temporalio/client';
import { keywordAttributes, keywordListAttributes } from '../../domain/wire.ts';

/** `IndexedValueType` of the API. */
const keyword = 2;
const keywordList = 7;
const pollMs = 100;
const deadlineMs = 30_000;

type OperatorConnection = Pick<ConnectionLike, 'workflowService'> & {
  operatorService: {
    addSearchAttributes(request: object): Promise<unknown>;
    listSearchAttributes(request: object): Promise<{ customAttributes?: Record<string, unknown> | null }>;
  };
};

export async function registerSearchAttributes(connection: OperatorConnection, namespace: string): Promise<void> {
  const wanted: Record<string, number> = {
    ...Object.fromEntries(keywordAttributes.map((name) => [name, keyword])),
    ...Object.fromEntries(keywordListAttributes.map((name) => [name, keywordList])),
  };
  const missing = async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.fromEntries(
      Object.entries(wanted).filter(([name]) => !customAttributes || !(name in customAttributes)),
    );
  };
  let left = await missing();
  if (Object.keys(left).length === 0) return;
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: left });
  const deadline = Date.now() + deadlineMs;
  for (left = await missing(); Object.keys(left).length > 0; left = await missing()) {
    if (Date.now() > deadline) {
      throw new Error(
        `The search attributes ${Object.keys(left).join(', ')} did not appear in namespace ${namespace}.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
