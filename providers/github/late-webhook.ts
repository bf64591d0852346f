/** The webhook that GitHub would have sent of something that was missed, made from the pull as it is now. */
import type { LateWebhook, MissedEvent } from '../../domain/review/missed-event.ts';
import type { ItemName } from '../../domain/review/host.ts';
import { absent } from '../host-failures.ts';
import type { Connection } from './connection.ts';
import { exactJson } from './exact-json.ts';
import { at, has, itemOf, objectOf, textAt, type Json } from './payload.ts';

export async function readLateWebhook(
  connection: Connection,
  { org, repo, number }: ItemName,
  missed: MissedEvent,
): Promise<LateWebhook | undefined> {
  const client = await connection.of(org);
  const answer = await client
    .request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { owner: org, repo, pull_number: number })
    .catch(absent);
  const pull = objectOf(answer?.data);
  const item = pull && itemOf(pull, 'pull');
  if (!pull || !item?.pull) return undefined;
  const repository = at(at(pull, 'base'), 'repo');
  const owner = at(repository, 'owner');
  const payload = {
    action: missed.action,
    number,
    pull_request: pull,
    ...changesOf(missed, pull),
    repository,
    ...(textAt(owner, 'type') === 'Organization' && { organization: owner }),
    // Who did it is not known. It is most often the author; a merge says by whom.
    sender: has(pull, 'merged_by') ? at(pull, 'merged_by') : at(pull, 'user'),
  };
  const body = exactJson(payload);
  return {
    event: 'pull_request',
    body: Buffer.from(body),
    payload: JSON.parse(body) as unknown,
    item: { ...item, pull: item.pull },
    updatedAt: textAt(pull, 'updated_at'),
  };
}

function changesOf(missed: MissedEvent, pull: Json): Json {
  if (missed.action === 'synchronize') return { before: missed.before, after: textAt(at(pull, 'head'), 'sha') };
  if (missed.action === 'edited') return { changes: { base: { ref: { from: missed.baseBefore } } } };
  return {};
}
