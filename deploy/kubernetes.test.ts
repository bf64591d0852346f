/** The manifests of deploy/kubernetes for a code host, consistent with the code and with as few rights as they claim. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { createProgram } from '../cli/program.ts';
import { resolveSettings, settingDescriptions } from '../config/settings.ts';
import { roleNames } from '../workers/roles.ts';

const Mount = z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() });
const Container = z.object({
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  readinessProbe: z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(Mount),
});
const Deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.object({ app: z.string() }) }),
      spec: z.object({
        serviceAccountName: z.string(),
        automountServiceAccountToken: z.literal(false),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([Container]),
        volumes: z.array(
          z.object({
            name: z.string(),
            secret: z.object({ secretName: z.string(), defaultMode: z.number() }).optional(),
          }),
        ),
      }),
    }),
  }),
});

const documentsOf = (file: string) =>
  z
    .array(z.object({ kind: z.string() }).loose())
    .parse(loadAll(readFileSync(new URL(`kubernetes/${file}`, import.meta.url), 'utf8')));
const documents = documentsOf('code-host.yaml');
const deployments = documents.filter(({ kind }) => kind === 'Deployment').map((one) => Deployment.parse(one));
const named = new Map(deployments.map((one) => [one.metadata.name, one.spec.template.spec]));
const podOf = (name: string) => {
  const pod = named.get(name);
  if (!pod) throw new Error(`no ${name}`);
  return pod;
};
const containerOf = (name: string) => podOf(name).containers[0];

test('the gateway and the roles of a code host are there, each once', () => {
  const commands = deployments.map(({ spec }) => spec.template.spec.containers[0].args.slice(0, 3));
  const given = roleNames.filter((role) => ['plugins', 'git', 'host'].includes(role));

  expect(commands.filter(([command]) => command === 'gateway')).toHaveLength(1);
  expect(commands.flatMap(([command, , role]) => (command === 'worker' ? [role] : []))).toEqual(given);
});

test('they use the account of control-plane.yaml, which has no rights and no token', () => {
  const accounts = new Set([...named.values()].map(({ serviceAccountName }) => serviceAccountName));
  const account = loadAll(readFileSync(new URL('kubernetes/control-plane.yaml', import.meta.url), 'utf8'));

  expect([...accounts]).toEqual(['bowsprit']);
  expect(account).toContainEqual(
    expect.objectContaining({
      kind: 'ServiceAccount',
      metadata: { name: 'bowsprit', namespace: 'bowsprit' },
      automountServiceAccountToken: false,
    }),
  );
  expect(documents.map(({ kind }) => kind).filter((kind) => /Role/.test(kind))).toEqual([]);
});

describe.each([...named.keys()])('%s', (name) => {
  const env = Object.fromEntries(containerOf(name).env.map((one) => [one.name, one.value]));

  test('its command is one that bowsprit has', () => {
    const [command = '', ...args] = containerOf(name).args;
    const found = createProgram().commands.find((each) => each.name() === command);

    expect(found?.parseOptions(args)).toMatchObject({ unknown: [], operands: [] });
  });

  test('its settings exist and are valid, and none is a secret', () => {
    const known = settingDescriptions.map(({ variable }) => variable);

    expect(Object.keys(env).filter((variable) => !known.includes(variable))).toEqual([]);
    expect(resolveSettings({}, { env, cwd: '/', exampleDir: '/app/config/example' })).toMatchObject({
      temporalAddress: 'TEMPORAL:7233',
      pluginConfig: '/config/plugins.yaml',
      telemetryHost: '0.0.0.0',
    });
    expect(containerOf(name).env.filter((one) => !('value' in one))).toEqual([]);
  });

  test('every file that a setting names is mounted, what is not its own data only to be read', () => {
    const mounts = containerOf(name).volumeMounts;
    const files = Object.values(env).filter((value) => value.startsWith('/') && value !== '/data');

    expect(files.filter((file) => !mounts.some(({ mountPath }) => `${file}/`.startsWith(`${mountPath}/`)))).toEqual([]);
    expect(mounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath)).toEqual([
      '/data',
      '/tmp',
    ]);
    expect(mounts.map((mount) => mount.name).toSorted()).toEqual(
      podOf(name)
        .volumes.map((volume) => volume.name)
        .toSorted(),
    );
  });

  test('it is asked for its health where it listens', () => {
    const { readinessProbe, ports } = containerOf(name);
    const port = ports.find((one) => one.name === readinessProbe.httpGet.port)?.containerPort;

    expect(readinessProbe.httpGet.path).toBe('/healthz/ready');
    expect(String(port)).toBe(env['BOWSPRIT_TELEMETRY_PORT']);
  });
});

test('the gateway has the secret of webhooks and no token, who writes has the token alone', () => {
  const secrets = Object.fromEntries(
    [...named].map(([name, { volumes }]) => [name, volumes.flatMap(({ secret }) => secret?.secretName ?? [])]),
  );
  const modes = [...named.values()].flatMap(({ volumes }) =>
    volumes.flatMap(({ secret }) => secret?.defaultMode ?? []),
  );

  expect(secrets).toEqual({
    'bowsprit-gateway': ['bowsprit-webhooks'],
    'bowsprit-plugins': ['bowsprit-webhooks', 'bowsprit-github'],
    'bowsprit-git': ['bowsprit-github'],
    'bowsprit-host': ['bowsprit-github'],
  });
  expect(modes.filter((mode) => (mode & 0o007) !== 0)).toEqual([]);
});

test('nothing comes in but webhooks', () => {
  const policies = documents.filter(({ kind }) => kind === 'NetworkPolicy');
  const open = policies.map(({ spec }) => (spec as { ingress: unknown }).ingress);

  expect(open).toEqual([[{ ports: [{ port: 'hook' }] }], []]);
  const selected = JSON.stringify(policies);
  expect(deployments.filter(({ spec }) => !selected.includes(`"${spec.template.metadata.labels.app}"`))).toEqual([]);
});

describe('github-proxy.yaml', () => {
  const [deployment, ...rest] = documentsOf('github-proxy.yaml');
  const { spec } = Deployment.parse(deployment);
  const { containers, volumes } = spec.template.spec;
  const env = Object.fromEntries(containers[0].env.map(({ name, value }) => [name, value]));
  const settings = resolveSettings({}, { env, cwd: '/', exampleDir: '/app/config/example' });
  const portOf = (wanted: string) => containers[0].ports.find(({ name }) => name === wanted)?.containerPort;

  test('is a command of bowsprit with settings that exist, and without any secret', () => {
    const known = settingDescriptions.map(({ variable }) => variable);

    expect(createProgram().commands.map((each) => each.name())).toContain(containers[0].args.join(' '));
    expect(Object.keys(env).filter((variable) => !known.includes(variable))).toEqual([]);
    expect(volumes.filter(({ secret }) => secret)).toEqual([]);
    expect(settings).toMatchObject({ githubProxyUpstream: 'https://api.github.com', githubProxyHost: '0.0.0.0' });
    expect([portOf('api'), portOf('metrics')]).toEqual([settings.githubProxyPort, settings.telemetryPort]);
  });

  test('is there once, where the workers of the code host look for it under a name that it knows', () => {
    expect(deployment).toMatchObject({ spec: { replicas: 1, strategy: { type: 'Recreate' } } });
    expect(rest).toContainEqual(
      expect.objectContaining({
        kind: 'Service',
        metadata: { name: 'bowsprit-github-proxy', namespace: 'bowsprit' },
        spec: {
          selector: { app: spec.template.metadata.labels.app },
          ports: [{ name: 'api', port: settings.githubProxyPort, targetPort: 'api' }],
        },
      }),
    );
    for (const name of ['bowsprit-plugins', 'bowsprit-git', 'bowsprit-host']) {
      expect(containerOf(name).env).toEqual(
        expect.arrayContaining([
          { name: 'BOWSPRIT_GITHUB_ENDPOINT', value: `http://bowsprit-github-proxy:${settings.githubProxyPort}` },
          { name: 'BOWSPRIT_GITHUB_URL', value: 'https://github.com' },
        ]),
      );
    }
    expect(settings.githubProxyName).toContain('bowsprit-github-proxy');
  });

  test('lets in those that use it, and nobody else', () => {
    const policy = rest.find(({ kind }) => kind === 'NetworkPolicy');

    expect(policy).toMatchObject({
      spec: {
        podSelector: { matchLabels: spec.template.metadata.labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [expect.anything(), expect.anything()], ports: [{ port: 'api' }] }],
      },
    });
    expect(JSON.stringify(policy)).toContain('["bowsprit-plugins","bowsprit-git","bowsprit-host"]');
  });
});
