/** Webhooks: which of them hear of an event, what is sent, and what came back. One try each, as GitHub's. */
import { createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Delivery, Hook } from '../model/entities.ts';
import type { Happening, Json, World } from '../model/world.ts';
import { installationOf, payloadOf } from './payload.ts';

/** GitHub gives a receiver ten seconds. */
const timeoutMs = 10_000;
/** Deliveries that are kept of each hook. */
const kept = 1000;
/** Told only to hooks that ask for it by name and to an App's own hook. */
const alwaysToApps = new Set(['installation', 'installation_repositories', 'ping']);

export class Webhooks {
  readonly #world: () => World;
  /** The last delivery of each hook that is under way: they are sent one after another, in order. */
  readonly #turns = new Map<number, Promise<void>>();
  #closed = false;
  #held: Promise<void> | undefined;
  #letGo: () => void = () => undefined;

  constructor(world: () => World) {
    this.#world = world;
  }

  /** Sends what was not sent when the host stopped. */
  resume(): void {
    for (const delivery of this.#world().store.all('deliveries'))
      if (delivery.state === 'queued') this.#enqueue(delivery);
  }

  /** From now on deliveries are kept and not sent, until `release`. */
  hold(): void {
    this.#held ??= new Promise((resolve) => (this.#letGo = resolve));
  }

  release(): void {
    this.#held = undefined;
    this.#letGo();
  }

  /** Makes the deliveries of an event. Resolves when they are kept; they are sent in the background. */
  async tell(happening: Happening): Promise<void> {
    const world = this.#world();
    const hooks = this.#hooksOf(happening);
    if (hooks.length === 0) return;
    const own = await happening.payload();
    // One event has one id, to whatever hooks it goes.
    const guid = randomUUID();
    for (const hook of hooks) {
      const body = payloadOf(world, happening, own, hook);
      this.send(hook, { event: happening.event, body, happening, guid });
    }
  }

  /** Sends one delivery to one hook, whatever events it wants. */
  send(
    hook: Hook,
    {
      event,
      body,
      happening,
      guid = randomUUID(),
    }: { event: string; body: Json; happening?: Happening; guid?: string },
  ): Delivery {
    const action = typeof body['action'] === 'string' ? body['action'] : null;
    const world = this.#world();
    const delivery = this.#keep(hook, {
      guid,
      event,
      action,
      repositoryId: happening?.repo?.id ?? null,
      installationId: (happening && installationOf(world, happening, hook)?.id) ?? null,
      redelivery: false,
      body: JSON.stringify(body),
    });
    this.#enqueue(delivery);
    return delivery;
  }

  /** Sends the same body again, with the same guid, as a delivery of its own. */
  redeliver(first: Delivery): Delivery {
    const hook = this.#world().store.must('hooks', first.hookId);
    const { guid, event, action, repositoryId, installationId, body } = first;
    const delivery = this.#keep(hook, { guid, event, action, repositoryId, installationId, redelivery: true, body });
    this.#enqueue(delivery);
    return delivery;
  }

  /** Resolves when nothing is waiting to be sent. */
  async idle(): Promise<void> {
    while (this.#turns.size > 0) await Promise.all(this.#turns.values());
  }

  /** Nothing more is sent; what waits stays queued. */
  async close(): Promise<void> {
    this.#closed = true;
    this.release();
    await this.idle();
  }

  #hooksOf(happening: Happening): Hook[] {
    const { store } = this.#world();
    const { repo, org, event } = happening;
    const candidates = [
      ...(repo ? store.of('hooks', `repo ${repo.id}`) : []),
      ...store.of('hooks', `org ${org?.id ?? repo?.ownerId ?? 0}`),
      ...store
        .all('hooks')
        .filter((hook) => hook.owner.kind === 'app' && installationOf(this.#world(), happening, hook)),
    ];
    return candidates.filter((hook) => {
      const wanted =
        hook.events.includes('*') ||
        hook.events.includes(event) ||
        (hook.owner.kind === 'app' && alwaysToApps.has(event));
      return hook.active && wanted;
    });
  }

  #keep(
    hook: Hook,
    part: Pick<Delivery, 'guid' | 'event' | 'action' | 'repositoryId' | 'installationId' | 'redelivery' | 'body'>,
  ): Delivery {
    const { store, now } = this.#world();
    const content = hook.contentType === 'json' ? part.body : `payload=${encodeURIComponent(part.body)}`;
    const sign = (hash: string) =>
      createHmac(hash, hook.secret ?? '')
        .update(content)
        .digest('hex');
    const target = { repo: 'repository', org: 'organization', app: 'integration' }[hook.owner.kind];
    const delivery = store.save('deliveries', {
      id: store.nextId(),
      hookId: hook.id,
      ...part,
      deliveredAt: now(),
      state: 'queued',
      duration: 0,
      status: 'queued',
      statusCode: 0,
      requestHeaders: {
        Accept: '*/*',
        'Content-Type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
        'User-Agent': 'GitHub-Hookshot/forge',
        'X-GitHub-Delivery': part.guid,
        'X-GitHub-Event': part.event,
        'X-GitHub-Hook-ID': String(hook.id),
        'X-GitHub-Hook-Installation-Target-ID': String(hook.owner.id),
        'X-GitHub-Hook-Installation-Target-Type': target,
        ...(hook.secret !== null && {
          'X-Hub-Signature': `sha1=${sign('sha1')}`,
          'X-Hub-Signature-256': `sha256=${sign('sha256')}`,
        }),
      },
      responseHeaders: {},
      responseBody: '',
    });
    const all = store.of('deliveries', hook.id);
    const old = all.slice(0, Math.max(0, all.length - kept)).filter((one) => one.state === 'done');
    for (const one of old) store.remove('deliveries', one.id);
    return delivery;
  }

  #enqueue(delivery: Delivery): void {
    const before = this.#turns.get(delivery.hookId) ?? Promise.resolve();
    const turn = before.then(async () => {
      while (this.#held) await this.#held;
      await this.#deliver(delivery);
      if (this.#turns.get(delivery.hookId) === turn) this.#turns.delete(delivery.hookId);
    });
    this.#turns.set(delivery.hookId, turn);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store } = this.#world();
    const hook = store.get('hooks', delivery.hookId);
    if (this.#closed || !hook) return;
    const started = performance.now();
    const content = hook.contentType === 'json' ? delivery.body : `payload=${encodeURIComponent(delivery.body)}`;
    try {
      const answer = await post(hook.url, content, delivery.requestHeaders);
      delivery.statusCode = answer.statusCode;
      delivery.status = answer.statusCode < 400 ? 'OK' : answer.statusMessage || `${answer.statusCode}`;
      delivery.responseHeaders = answer.headers;
      delivery.responseBody = answer.body;
    } catch (error) {
      delivery.status =
        error instanceof Error && error.message === 'timed out' ? 'timed out' : 'failed to connect to host';
      delivery.responseBody = error instanceof Error ? error.message : String(error);
    }
    delivery.state = 'done';
    delivery.duration = Math.round(performance.now() - started) / 1000;
    // A hook that was deleted meanwhile has no deliveries any more.
    if (store.get('hooks', hook.id)) store.save('deliveries', delivery);
  }
}

interface Posted {
  statusCode: number;
  statusMessage: string;
  headers: Record<string, string>;
  body: string;
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<Posted> {
  return await new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const sent = send(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      agent: false,
    });
    const timer = setTimeout(() => sent.destroy(new Error('timed out')), timeoutMs);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(timer);
        resolve({
          statusCode: response.statusCode ?? 0,
          statusMessage: response.statusMessage ?? '',
          headers: flat(response.headers),
          body: Buffer.concat(chunks).toString().slice(0, 10_000),
        });
      });
    });
    sent.end(body);
  });
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
