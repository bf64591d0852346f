/**
 * Passes a webhook on to an external plugin (spec plugins-review.md A.8, integrations.md 5.2), the very bytes that came. At least
 * once: a plugin that is away, or says that it cannot now, gets the same delivery again under the same id.
 *
 * A difference from Prow, which tries five times within seconds and only where nothing answers: what cannot be delivered now
 * waits for as long as the workflow lets it.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ApplicationFailure } from '@temporalio/activity';
import type { Logger } from 'pino';
import { errorCode } from '../clients/error-code.ts';
import { postBytes, type PostAnswer } from '../clients/http/post-bytes.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import type { FailureType } from '../domain/errors.ts';
import type { ExternalPlugin, PluginConfig } from '../domain/plugin-config.ts';
import { externalPluginsFor } from '../domain/plugin-enablement.ts';
import type { ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { ForwardActivities } from '../domain/review/errands.ts';
import { fullName } from '../domain/review/item.ts';
import { forwardHeaders, signatureHeader } from '../providers/github/forward-headers.ts';
import { parseWebhookSecrets, tokensFor, type WebhookSecrets } from '../rules/webhook-secrets.ts';

/** What became of one attempt, for metrics. */
export type ForwardOutcome = 'taken' | 'refused' | 'unavailable';

export interface ForwardDeps {
  plugins: () => PluginConfig;
  blobs: Pick<BlobStore, 'get'>;
  /** Secrets of the webhooks of a host, with which what has no signature of its own is signed. */
  secrets: (host: string) => WebhookSecrets | undefined;
  /** Milliseconds that a plugin has to answer. Default 10 s. */
  timeoutMs?: number;
  onForwarded?: (forwarded: { plugin: string; outcome: ForwardOutcome; seconds: number }) => void;
  logger: Logger;
}

/** A plugin may ask to be left alone for so long (ms). */
const longestPauseMs = 30 * 60_000;

export function createForwardActivities(deps: ForwardDeps): ForwardActivities {
  return {
    async forwardEvent({ envelope, plugin: name }) {
      const plugin = pluginOf(deps.plugins(), envelope, name);
      const url = endpointOf(plugin);
      const body = await payloadOf(deps.blobs, envelope);
      const headers = forwardHeaders({
        event: envelope.source.event,
        delivery: envelope.delivery,
        headers: envelope.payload?.headers ?? {},
        body,
        token: await tokenFor(plugin, envelope, deps),
      });

      const started = performance.now();
      const done = (outcome: ForwardOutcome) => {
        deps.onForwarded?.({ plugin: name, outcome, seconds: (performance.now() - started) / 1000 });
      };
      const fields = { plugin: name, deliveryId: envelope.delivery, ...envelope.repo };
      let answer: PostAnswer;
      try {
        answer = await postBytes({ url, headers, body, timeoutMs: deps.timeoutMs ?? 10_000 });
      } catch (error) {
        done('unavailable');
        throw unavailable(name, `cannot be reached: ${error instanceof Error ? error.message : String(error)}`);
      }
      const { status } = answer;
      if (status >= 500 || status === 408 || status === 429) {
        done('unavailable');
        throw unavailable(name, `answered ${status}`, pauseOf(answer));
      }
      const taken = status >= 200 && status < 300;
      done(taken ? 'taken' : 'refused');
      if (!taken) {
        deps.logger.error(
          { ...fields, status, answer: answer.text.slice(0, 500) },
          'An external plugin refused an event',
        );
      } else deps.logger.debug({ ...fields, status }, 'An event was forwarded');
      return { status };
    },
  };
}

function final(type: FailureType, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}

function unavailable(plugin: string, what: string, nextRetryDelay?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'PluginUnavailable' satisfies FailureType,
    message: `The external plugin ${plugin} ${what}.`,
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
  });
}

/** As configured now, which may be otherwise than when the event came. */
function pluginOf(config: PluginConfig, { repo, source }: ChangeEventEnvelope, name: string): ExternalPlugin {
  const found = externalPluginsFor(config, repo.org, repo.repo, source.event).find((one) => one.name === name);
  if (found) return found;
  throw final('ConfigInvalid', `No external plugin ${name} takes ${source.event} of ${fullName(repo)} any more.`);
}

function endpointOf({ name, endpoint }: ExternalPlugin): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // Not the endpoint itself: it may hold a password.
  throw final('ConfigInvalid', `The endpoint of the external plugin ${name} is no http:// or https:// address.`);
}

async function payloadOf(blobs: Pick<BlobStore, 'get'>, { id, payload }: ChangeEventEnvelope): Promise<Uint8Array> {
  const body = payload && (await blobs.get(payload.key));
  if (!payload || !body) throw final('PayloadMissing', `The bytes of the event ${id} are not in storage.`);
  if (createHash('sha256').update(body).digest('hex') === payload.sha256) return body;
  throw final('PayloadMissing', `${payload.key} has been changed: it is not what came as the event ${id}.`);
}

/** Undefined where the webhook keeps the signature that it came with, or nobody knows a secret. */
async function tokenFor(
  { name, hmac_secret_file: file }: ExternalPlugin,
  { host, repo, payload }: ChangeEventEnvelope,
  { secrets }: ForwardDeps,
): Promise<string | undefined> {
  const tokenIn = (known: WebhookSecrets | undefined) => known && tokensFor(known, fullName(repo))?.[0];
  if (file === undefined) {
    return payload?.headers[signatureHeader] === undefined ? tokenIn(secrets(host)) : undefined;
  }
  const token = tokenIn(parseWebhookSecrets(await secretIn(file, name)));
  if (token === undefined) throw unavailable(name, `is not asked: ${file} has no secret for ${fullName(repo)}`);
  return token;
}

async function secretIn(file: string, plugin: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unavailable(
      plugin,
      `is not asked: its secret cannot be read from ${file} (${errorCode(error) || 'unreadable'})`,
    );
  }
}

/** What the plugin asks for; undefined where it leaves that to the caller. */
function pauseOf({ headers }: PostAnswer): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, longestPauseMs) : undefined;
}
