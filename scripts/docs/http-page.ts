/** docs/reference/http.md, from the routes that Deck registers and what each says of itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeck } from '../../deck/server/create-deck.ts';
import type { RouteHelp } from '../../deck/server/route-help.ts';
import { code, generatedFrom, page, table } from './markdown.ts';

export async function httpPage(): Promise<string> {
  const routes = (await deckRoutes()).filter(({ does }) => does !== false);
  return page(
    generatedFrom('deck/server/'),
    '# HTTP',
    'Routes of Deck. It answers only under the names that it is known by (its address, loopback names, the host of `--public-url`), and ' +
      'changes state by POST only, never on behalf of another site. Errors are JSON: `{ "error": "..." }`. Who may rerun and abort: ' +
      'everybody who reaches a Deck on a loopback address without a public one; else only for jobs whose rerun rules allow anyone.',
    table(
      ['Method', 'Path', 'What it does'],
      routes.map(({ method, path, does }) => [method, code(path), does || '']),
    ),
    'The gateway listens on `--gateway-port` and takes webhooks by POST at `--webhook-path`. It answers 200 when their actor has them for ' +
      'good, 503 when Temporal or storage cannot take them, 403 where the signature is wrong. `/plugin-help` describes the plugins as ' +
      "Prow's hook does, `/healthz` and `/healthz/ready` are for load balancers.",
    "The role `github-proxy` has GitHub's own API on `--github-proxy-port`, at its root and below `/api/v3`, and nothing else there. " +
      "Its own answers have the form of GitHub's: 429 with `retry-after` for a limit, 502 and 504 where GitHub is away, 400 for what is " +
      'no path, 421 for a name that it does not know. The header `x-cache-mode` says what the cache had to do with an answer.',
    'Workers serve `/metrics`, `/healthz` and `/healthz/ready` on `--telemetry-port`, and nothing else.',
  );
}

/** The routes of a Deck that is built for this and never listens. */
export async function deckRoutes(): Promise<RouteHelp[]> {
  const publicDir = mkdtempSync(join(tmpdir(), 'bowsprit-docs-'));
  try {
    writeFileSync(join(publicDir, 'index.html'), '');
    const routes: RouteHelp[] = [];
    const unused = {} as never;
    const app = await createDeck({
      readModel: unused,
      prowJobs: unused,
      logs: unused,
      blobs: unused,
      registry: unused,
      logger: unused,
      config: () => unused,
      configRefused: () => undefined,
      settings: {
        allowedHosts: [],
        temporalUiUrl: '',
        namespace: '',
        viewer: { showHidden: false, hiddenOnly: false, tenantIds: [] },
        authorization: 'config',
        publicDir,
        version: '',
      },
      onRoute: (route) => routes.push(route),
    });
    await app.close();
    return routes;
  } finally {
    rmSync(publicDir, { recursive: true });
  }
}
