/**
 * docker-compose.yml and Dockerfile cannot be run where there is no Docker; this keeps them consistent with the code: commands
 * parse, settings exist and are valid, roles are complete, files are there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { z } from 'zod';
import { createProgram } from '../cli/program.ts';
import { resolveSettings, settingDescriptions } from '../config/settings.ts';
import { roleNames } from '../workers/roles.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(new URL(path, `file://${root}`), 'utf8');

const texts = z.array(z.string());
const Service = z.object({
  image: z.string(),
  command: texts.optional(),
  entrypoint: texts.optional(),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  healthcheck: z.unknown().optional(),
  ports: texts.optional(),
  volumes: texts.optional(),
  profiles: texts.optional(),
  secrets: texts.optional(),
});
type Service = z.output<typeof Service>;
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const DynamicConfig = z.record(z.string(), z.tuple([z.object({ value: z.number() })]));

/** Docker Compose merges `<<`, which YAML 1.2 does not know: the own keys win. */
function merged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(merged);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, merged(each)]);
  const base = entries.find(([key]) => key === '<<')?.[1];
  return { ...(typeof base === 'object' ? base : {}), ...Object.fromEntries(entries.filter(([key]) => key !== '<<')) };
}

const compose = Compose.parse(merged(load(read('docker-compose.yml'))));
const services = Object.entries(compose.services);
/** Services that run a command of ours. */
const roles = services.filter(([, { image, entrypoint }]) => image === 'bowsprit' && !entrypoint);
const roleNamesGiven = roles.map(([name]) => name);
const role = (name: string): Partial<Service> => compose.services[name] ?? {};

describe('docker-compose.yml', () => {
  test('every worker role runs in exactly one service', () => {
    const running = roles.flatMap(([, { command = [] }]) => (command[0] === 'worker' ? command.slice(2) : []));

    expect(running.toSorted()).toEqual(roleNames.toSorted());
  });

  test.each(roleNamesGiven)('the command of %s is one that bowsprit has', (name) => {
    const [command = '', ...args] = role(name).command ?? [];
    const found = createProgram().commands.find((each) => each.name() === command);

    const { unknown, operands } = found?.parseOptions(args) ?? { unknown: [command], operands: [] };

    expect({ unknown, operands }).toEqual({ unknown: [], operands: [] });
  });

  test.each(roleNamesGiven)('the settings of %s exist and are valid', (name) => {
    const env = role(name).environment ?? {};
    const known = settingDescriptions.map(({ variable }) => variable);

    expect(Object.keys(env).filter((variable) => !known.includes(variable))).toEqual([]);
    expect(resolveSettings({}, { env, cwd: '/', exampleDir: '/app/config/example' })).toMatchObject({
      temporalAddress: 'temporal:7233',
      configPath: '/config/config.yaml',
      jobConfigPath: ['/config/jobs'],
      pluginConfig: '/config/plugins.yaml',
      dataDir: '/data',
    });
  });

  test.each(roleNamesGiven)('the health check of %s asks the port that it listens on', (name) => {
    const { environment = {}, healthcheck } = role(name);
    const port = environment[name === 'deck' ? 'BOWSPRIT_PORT' : 'BOWSPRIT_TELEMETRY_PORT'];

    expect(JSON.stringify(healthcheck)).toContain(`127.0.0.1:${port}/healthz/ready`);
    expect(environment['BOWSPRIT_TELEMETRY_HOST']).toBe('0.0.0.0');
  });

  test('the gateway is published where it listens', () => {
    const { environment = {}, ports } = role('gateway');

    expect(environment['BOWSPRIT_GATEWAY_HOST']).toBe('0.0.0.0');
    expect(ports).toEqual([`127.0.0.1:8888:${environment['BOWSPRIT_GATEWAY_PORT']}`]);
  });

  test('what uses GitHub finds the proxy, and the proxy GitHub', () => {
    const { environment = {}, ports } = role('github-proxy');
    const address = `http://github-proxy:${environment['BOWSPRIT_GITHUB_PROXY_PORT']}`;

    for (const name of ['plugins', 'git', 'host']) {
      expect(role(name).environment).toMatchObject({
        BOWSPRIT_GITHUB_ENDPOINT: address,
        BOWSPRIT_GITHUB_URL: 'https://github.com',
      });
    }
    expect(environment).toMatchObject({
      BOWSPRIT_GITHUB_PROXY_HOST: '0.0.0.0',
      BOWSPRIT_GITHUB_PROXY_NAME: 'github-proxy',
      BOWSPRIT_GITHUB_PROXY_UPSTREAM: 'https://api.github.com',
    });
    expect(ports).toBeUndefined();
  });

  test('roles have the secrets that they need and no others, as files', () => {
    const given = Object.fromEntries(
      roles.flatMap(([name, { secrets = [] }]) => (secrets.length ? [[name, secrets]] : [])),
    );
    const named = roles.flatMap(([, { environment = {}, secrets = [] }]) =>
      Object.values(environment).flatMap((value) => {
        const [, secret] = /^\/run\/secrets\/(.+)$/.exec(value) ?? [];
        return secret === undefined ? [] : [{ secret, mounted: secrets.includes(secret) }];
      }),
    );

    expect(given).toEqual({
      plugins: ['github-token', 'webhook-secret'],
      git: ['github-token'],
      host: ['github-token'],
      gateway: ['webhook-secret'],
    });
    expect(named.filter(({ mounted }) => !mounted)).toEqual([]);
    expect(named.map(({ secret }) => secret).toSorted()).toEqual(Object.values(given).flat().toSorted());
    expect(Object.keys(compose.secrets).toSorted()).toEqual(['github-token', 'webhook-secret']);
  });

  test('without a code host the rest runs by itself', () => {
    const optional = services.flatMap(([name, { profiles }]) => (profiles ? [name] : []));
    const needed = services.flatMap(([, { profiles, depends_on }]) => (profiles ? [] : Object.keys(depends_on ?? {})));

    expect(optional.toSorted()).toEqual(['gateway', 'git', 'github-proxy', 'host', 'plugins']);
    expect(needed.filter((name) => optional.includes(name))).toEqual([]);
  });

  test("Deck's published port is the one it listens on and the one in links", () => {
    const { environment = {}, ports } = role('deck');

    expect(environment['BOWSPRIT_HOST']).toBe('0.0.0.0');
    expect(ports).toEqual([`127.0.0.1:8080:${environment['BOWSPRIT_PORT']}`]);
    expect(environment['BOWSPRIT_PUBLIC_URL']).toBe('http://127.0.0.1:8080');
  });

  test('ports are published on the loopback interface only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);

    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('services wait for services that exist and can tell what is waited for', () => {
    const waits = services.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([other, { condition }]) => ({ name, other, condition })),
    );

    const impossible = waits.filter(({ other, condition }) => {
      const service = compose.services[other];
      return !service || (condition === 'service_healthy' && !service.healthcheck);
    });

    expect(waits.length).toBeGreaterThan(0);
    expect(impossible).toEqual([]);
  });

  test('what is mounted exists', () => {
    const sources = services
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.replace(/^\$\{\w+:-([^}]*)\}/, '$1').split(':')[0] ?? '');

    const missing = sources.filter((source) =>
      source.startsWith('.') ? !existsSync(new URL(source, `file://${root}`)) : !(source in compose.volumes),
    );

    expect(missing).toEqual([]);
  });

  test('images that are not ours have a fixed version', () => {
    const foreign = services.map(([, { image }]) => image).filter((image) => image !== 'bowsprit');

    expect(foreign.filter((image) => !/:\d/.test(image))).toEqual([]);
  });

  test('the example repository is made by code that exists', async () => {
    const source = role('example-repository').command?.join('\n') ?? '';
    const [, name = '', path = ''] = /import \{ (\w+) \} from '\/app\/dist\/(.*)\.js'/.exec(source) ?? [];

    const code: Record<string, unknown> = await import(new URL(`${path}.ts`, `file://${root}`).href);

    expect(source).toContain(`${name}('/data', '/app/config/example/repository')`);
    expect(code[name]).toBeInstanceOf(Function);
  });
});

describe('deploy/Dockerfile', () => {
  const lines = read('deploy/Dockerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'));

  test('the build script that it runs exists', () => {
    const [, script = ''] = /RUN node (\S+)/.exec(lines.join('\n')) ?? [];

    expect(script).not.toBe('');
    expect(existsSync(new URL(script, `file://${root}`))).toBe(true);
  });

  test('the entry point is compiled from a file that exists', () => {
    const [, program = ''] = /^ENTRYPOINT \["node", "\/app\/dist\/(.*)\.js"\]$/m.exec(lines.join('\n')) ?? [];

    expect(program).not.toBe('');
    expect(existsSync(new URL(`${program}.ts`, `file://${root}`))).toBe(true);
  });

  test('what is copied from the build exists in the project or is made by the build', () => {
    const made = ['node_modules', 'dist'];
    const copied = lines.flatMap((line) => /^COPY --from=build \/app\/(\S+) /.exec(line)?.[1] ?? []);

    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !made.includes(path) && !existsSync(new URL(path, `file://${root}`)))).toEqual([]);
  });

  test('settings that it presets exist', () => {
    const given = lines.flatMap((line) => /^ENV (BOWSPRIT_\w+)=/.exec(line)?.[1] ?? []);
    const known = settingDescriptions.map(({ variable }) => variable);

    expect(given.filter((variable) => !known.includes(variable))).toEqual([]);
  });

  test('what is made on the host stays out of the build', () => {
    const ignored = read('.dockerignore').split('\n');

    expect(ignored).toEqual(expect.arrayContaining(['node_modules', 'dist', '.bowsprit', '.git']));
  });
});

test('the embedded server and the composition raise the same limits', async () => {
  const { dynamicConfig } = await import('../cli/up/temporal-server.ts');
  const composed = DynamicConfig.parse(load(read('deploy/temporal-dynamic-config.yaml')));

  const given = Object.entries(composed).map(([key, [{ value }]]) => `${key}=${value}`);

  // How often the embedded server's only shard is read is no limit.
  const limits = dynamicConfig.filter((value) => !value.startsWith('history.'));
  expect(given.toSorted()).toEqual(limits.toSorted());
});
