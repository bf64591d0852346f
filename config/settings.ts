/**
 * Settings of the installation (not of its jobs): command line flags and environment variables, one table for both, from
 * which help and docs are made. Processes started by `up` get the resolved settings through the environment.
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { bucketKey, eventsBucket } from '../domain/blob-key.ts';
import { parseBucket } from '../domain/bucket.ts';

const port = z.coerce.number().int().min(0).max(65_535);
/** One that others have to know. */
const knownPort = z.coerce.number().int().min(1).max(65_535);
const flag = z.union([z.boolean(), z.stringbool()]);

function isBucket(text: string | undefined): boolean {
  if (!text) return true;
  try {
    return parseBucket(text).name !== '';
  } catch {
    return false;
  }
}

/** A flag `--config-path` and a variable `BOWSPRIT_CONFIG_PATH` per key; lists repeat the flag, or use `:` in the variable. */
export const Settings = z.object({
  configPath: z.string().meta({ description: 'Main configuration file (config.yaml). Default: the shipped example.' }),
  jobConfigPath: z.array(z.string()).meta({ description: 'Job file or folder; may be given several times.' }),
  supplementalProwConfigDir: z
    .array(z.string())
    .default([])
    .meta({ description: 'Folder with supplemental main configuration; may be given several times.' }),
  supplementalProwConfigsFilenameSuffix: z
    .string()
    .default('_prowconfig.yaml')
    .meta({ description: 'Ending of the supplemental files.' }),
  pluginConfig: z.string().optional().meta({ description: 'plugins.yaml' }),
  dataDir: z.string().default('.bowsprit').meta({ description: 'Folder for database, logs, runs and results.' }),
  storage: z.enum(['local', 'buckets']).default('local').meta({
    description:
      'Where results are: all in the data directory, or in the buckets that the configuration names (gs://, s3://).',
  }),
  gcsCredentialsFile: z
    .string()
    .optional()
    .meta({ description: "File with Google's credentials for gs:// buckets; default those of the environment." }),
  s3CredentialsFile: z.string().optional().meta({
    description:
      'JSON file for s3:// buckets with region, endpoint, insecure, s3_force_path_style, access_key, secret_key; default the environment.',
  }),
  eventStorage: z.string().optional().refine(isBucket, 'must be <name>[/<path>] or <provider>://<name>[/<path>]').meta({
    description:
      'Bucket for webhooks and for what is read of repositories to handle them; it must not be public. Default: the data directory.',
  }),
  port: port.default(8080).meta({ description: 'Port of Deck.' }),
  host: z.string().default('127.0.0.1').meta({ description: 'Address that Deck listens on.' }),
  executor: z.enum(['process', 'kubernetes', 'none']).default('process').meta({
    description:
      'What runs jobs: local processes, pods in build clusters, or nothing (records runs without executing them).',
  }),
  kubeconfig: z
    .array(z.string())
    .default([])
    .meta({ description: 'Kubeconfig file whose contexts are build clusters; may be given several times.' }),
  kubeconfigDir: z.string().optional().meta({ description: 'Folder of such files.' }),
  kubeconfigSuffix: z.string().optional().meta({ description: 'Ending of the files in that folder; default all.' }),
  noInClusterConfig: flag
    .default(false)
    .meta({ description: 'Do not take the cluster that this runs in for the cluster "default".' }),
  projectedTokenFile: z
    .string()
    .optional()
    .meta({ description: 'Token for the cluster that this runs in, instead of its service account.' }),
  cluster: z
    .array(z.string())
    .default([])
    .meta({ description: 'Build cluster that this worker serves; may be given several times, default all it knows.' }),
  knownCluster: z.array(z.string()).default([]).meta({
    description: 'Build cluster that workers elsewhere serve. Jobs on clusters that nobody knows are refused.',
  }),
  watchSlots: z.coerce.number().int().min(1).default(5_000).meta({
    description: 'Runs that this worker watches at once, on each of its build clusters; further ones wait.',
  }),
  prowjobObjects: z.string().optional().meta({
    description:
      'Kubeconfig context in whose prowjob_namespace ProwJobs are objects as well, for kubectl. Default: there are none.',
  }),
  trustPullRequests: flag
    .default(false)
    .meta({ description: 'Let the process executor run presubmits of real code hosts on this machine.' }),
  trustPullRequestsOf: z.string().optional().meta({
    description: 'The same for one code host alone, by name and port: git.example.com, 127.0.0.1:8787.',
  }),
  temporalAddress: z
    .string()
    .optional()
    .meta({ description: 'Use this Temporal server instead of starting the embedded one (host:port).' }),
  temporalTls: flag
    .default(false)
    .meta({ description: 'Speak TLS with Temporal; implied by the settings that follow.' }),
  temporalTlsCaFile: z
    .string()
    .optional()
    .meta({ description: "File (PEM) with the authority that signed the server's certificate; default the system's." }),
  temporalTlsCertFile: z
    .string()
    .optional()
    .meta({ description: 'File (PEM) with the certificate that we show Temporal.' }),
  temporalTlsKeyFile: z.string().optional().meta({ description: 'File (PEM) with the key of that certificate.' }),
  temporalTlsServerName: z
    .string()
    .optional()
    .meta({ description: "Name that the server's certificate must have, where it is not the address." }),
  temporalApiKeyFile: z
    .string()
    .optional()
    .meta({ description: 'File with the API key for Temporal (Temporal Cloud).' }),
  namespace: z.string().default('default').meta({ description: 'Temporal namespace.' }),
  temporalPort: port.default(7233).meta({ description: 'Port of the embedded Temporal server.' }),
  temporalUiPort: port.default(8233).meta({ description: "Port of the embedded server's web UI." }),
  temporalUiUrl: z.string().optional().meta({ description: 'Address of the Temporal UI, for links.' }),
  telemetryPort: port
    .default(0)
    .meta({ description: 'Port of /metrics and /healthz of a worker or Deck; 0 = any free port.' }),
  telemetryHost: z.string().default('127.0.0.1').meta({ description: 'Address that /metrics and /healthz listen on.' }),
  publicUrl: z.string().optional().meta({ description: 'Address of Deck as users see it, for links and Host checks.' }),
  totUrl: z.string().optional().meta({ description: 'Take build ids from tot at this address.' }),
  sinkerDryRun: flag
    .default(false)
    .meta({ description: 'The sweep of old pods, ProwJobs and records only says what it would remove.' }),
  showHidden: flag.default(false).meta({ description: 'Deck shows hidden jobs as well.' }),
  hiddenOnly: flag.default(false).meta({ description: 'Deck shows hidden jobs only.' }),
  tenantId: z.array(z.string()).default([]).meta({ description: 'Deck shows the jobs of these tenants only.' }),
  hostName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,38}$/, 'must be made of a-z, 0-9, dots and dashes')
    .default('github')
    .meta({ description: 'What we call the code host, in task queues and ids of actors. Never change it later.' }),
  knownHost: z.array(z.string()).default([]).meta({
    description: 'Code host that workers elsewhere serve, for a role `admin` without its credentials.',
  }),
  gatewayPort: knownPort.default(8888).meta({ description: 'Port at which the gateway takes webhooks.' }),
  gatewayHost: z.string().default('127.0.0.1').meta({ description: 'Address that the gateway listens on.' }),
  hmacSecretFile: z.string().optional().meta({
    description:
      "File with the secrets of webhooks, in Prow's form; read again when it changes. Without it none are taken.",
  }),
  webhookPath: z
    .string()
    .regex(/^\/[A-Za-z0-9._/-]*$/, 'must be a path that begins with /')
    .default('/hook')
    .meta({ description: 'Path at which the gateway takes webhooks.' }),
  webhookUrl: z.url().optional().meta({
    description:
      "Address under which the code host reaches the gateway, to know our webhooks among others' when it is asked for lost ones.",
  }),
  pollDeliveries: flag.default(false).meta({
    description:
      "The gateway reads the code host's log of webhooks instead of waiting for them: for machines that the host cannot reach. Needs credentials of the host.",
  }),
  githubEndpoint: z
    .url()
    .default('https://api.github.com')
    .meta({ description: "Address of GitHub's API; https://HOST/api/v3 for Enterprise Server." }),
  githubUrl: z.url().optional().meta({
    description:
      'Where git finds GitHub, if the API is reached through a cache. Default: what follows from its address.',
  }),
  githubTokenPath: z
    .string()
    .optional()
    .meta({ description: 'File with the token that we use GitHub with; read again when it changes.' }),
  githubAppId: z.string().optional().meta({ description: 'Id of the GitHub App that we are, instead of a token.' }),
  githubAppPrivateKeyPath: z.string().optional().meta({ description: "File with the App's private key." }),
  githubWritesPerMinute: z.coerce.number().int().min(1).default(80).meta({
    description:
      'Requests that notify people, such as comments, which one account makes in a minute; further ones wait.',
  }),
  githubWritesPerHour: z.coerce.number().int().min(1).default(500).meta({ description: 'The same for an hour.' }),
  noGithubSecondaryLimits: flag.default(false).meta({
    description: "Do not keep GitHub's secondary limits, for hosts that have none, such as Enterprise Server.",
  }),
  githubProxyPort: knownPort.default(8889).meta({ description: "Port of the proxy for GitHub's API." }),
  githubProxyHost: z.string().default('127.0.0.1').meta({ description: 'Address that the proxy listens on.' }),
  githubProxyName: z.array(z.string()).default([]).meta({
    description: 'Name by which clients know the proxy, besides its address; may be given several times.',
  }),
  githubProxyUpstream: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !URL.canParse(url) || new URL(url).username === '', 'must not hold credentials')
    .default('https://api.github.com')
    .meta({ description: "Address of GitHub's API that the proxy asks; https://HOST/api/v3 for Enterprise Server." }),
  githubProxyMemory: z.coerce
    .number()
    .int()
    .min(1)
    .default(256)
    .meta({ description: 'Megabytes of answers that the proxy keeps in memory.' }),
  githubProxyDisk: z.coerce.number().int().min(0).default(0).meta({
    description: 'Megabytes of answers that it keeps in the data directory besides, for the next start; 0 = none.',
  }),
  githubProxyLimitStatus: z.enum(['429', '403']).default('429').meta({
    description: "Status of the proxy's answers to who must wait; Prow's own clients understand 403 only.",
  }),
  noForge: flag
    .default(false)
    .meta({ description: 'Do not start the sample code host with the shipped example (`bowsprit up`).' }),
  forgePort: knownPort.default(8787).meta({ description: 'Port of the sample code host.' }),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'])
    .default('info')
    .meta({ description: 'Least severe log lines that are written.' }),
});
export type Settings = z.output<typeof Settings>;
export type SettingName = keyof Settings;

const prefix = 'BOWSPRIT_';

export function variableOf(name: string): string {
  return prefix + kebab(name).replaceAll('-', '_').toUpperCase();
}

export function flagOf(name: string): string {
  return `--${kebab(name)}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export interface SettingDescription {
  name: SettingName;
  flag: string;
  variable: string;
  description: string;
  default?: unknown;
  /** The flag may be repeated. */
  list: boolean;
  /** The flag takes no value. */
  boolean: boolean;
  choices?: string[];
}

/** The table, for help and docs. */
export const settingDescriptions: readonly SettingDescription[] = Settings.keyof().options.map((name) => {
  const schema = Settings.shape[name];
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const choices = json.enum?.map(String);
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  const defaultValue: unknown = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  return {
    name,
    flag: flagOf(name),
    variable: variableOf(name),
    description: schema.meta()?.description ?? '',
    ...(defaultValue !== undefined && { default: defaultValue }),
    list: json.type === 'array',
    boolean: inner === flag,
    ...(choices && { choices }),
  };
});

/** A setting that cannot be used; the message names flag and variable. */
export class SettingsError extends Error {}

export type GivenSettings = Partial<Record<SettingName, unknown>>;

/** Flags over environment over defaults. Paths become absolute. Throws SettingsError. */
export function resolveSettings(
  given: GivenSettings,
  context: { env: NodeJS.ProcessEnv; cwd: string; exampleDir: string },
): Settings {
  const merged: Record<string, unknown> = {};
  for (const { name, variable, list } of settingDescriptions) {
    const text = context.env[variable];
    const fromEnv = text === undefined || text === '' ? undefined : list ? text.split(':').filter(Boolean) : text;
    const value = given[name] ?? fromEnv;
    if (value !== undefined) merged[name] = value;
  }
  const example = merged['configPath'] === undefined;
  merged['configPath'] ??= join(context.exampleDir, 'config.yaml');
  merged['jobConfigPath'] ??= example ? [join(context.exampleDir, 'jobs')] : [];
  if (example) merged['pluginConfig'] ??= join(context.exampleDir, 'plugins.yaml');
  const parsed = Settings.safeParse(merged);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0] ?? '');
      return `${flagOf(name)} (${variableOf(name)}): ${message}`;
    });
    throw new SettingsError(lines.join('\n'));
  }
  const settings = withAbsolutePaths(parsed.data, context.cwd);
  const clashes = [...clashesOf(settings)];
  if (clashes.length > 0) throw new SettingsError(clashes.join('\n'));
  return settings;
}

/** Settings that are fine by themselves and not together. */
function* clashesOf(settings: Settings): Generator<string> {
  const { githubTokenPath, githubAppId, githubAppPrivateKeyPath } = settings;
  const named = (name: SettingName) => `${flagOf(name)} (${variableOf(name)})`;
  if (githubTokenPath !== undefined && githubAppId !== undefined) {
    yield `${named('githubTokenPath')} and ${named('githubAppId')}: give one of them.`;
  }
  if (githubAppId !== undefined && githubAppPrivateKeyPath === undefined) {
    yield `${named('githubAppId')} needs ${named('githubAppPrivateKeyPath')}.`;
  }
  if (githubAppId === undefined && githubAppPrivateKeyPath !== undefined) {
    yield `${named('githubAppPrivateKeyPath')} needs ${named('githubAppId')}.`;
  }
  // Who keeps the schedules is told as well, and knows only the name of a host that others serve.
  if (settings.pollDeliveries && knownHostsOf(settings).length === 0) {
    yield `${named('pollDeliveries')} needs ${named('githubTokenPath')} or ${named('githubAppId')}.`;
  }
}

/** Files that need not be given. An empty name is none, as in Prow's flags. */
const optionalPaths = [
  'kubeconfigDir',
  'projectedTokenFile',
  'pluginConfig',
  'gcsCredentialsFile',
  's3CredentialsFile',
  'temporalTlsCaFile',
  'temporalTlsCertFile',
  'temporalTlsKeyFile',
  'temporalApiKeyFile',
  'hmacSecretFile',
  'githubTokenPath',
  'githubAppPrivateKeyPath',
] as const;

function withAbsolutePaths(settings: Settings, cwd: string): Settings {
  const absolute = (path: string) => resolve(cwd, path);
  const { ...rest } = settings;
  for (const name of optionalPaths) {
    const path = rest[name];
    if (path) rest[name] = absolute(path);
    else delete rest[name];
  }
  if (!rest.githubAppId) delete rest.githubAppId;
  if (!rest.eventStorage) delete rest.eventStorage;
  return {
    ...rest,
    configPath: absolute(settings.configPath),
    jobConfigPath: settings.jobConfigPath.map(absolute),
    supplementalProwConfigDir: settings.supplementalProwConfigDir.map(absolute),
    dataDir: absolute(settings.dataDir),
    kubeconfig: settings.kubeconfig.map(absolute),
  };
}

/** The settings as environment variables, for the processes that `up` starts. */
export function settingsToEnv(settings: Settings): Record<string, string> {
  const entries = Object.entries(settings).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    return [[variableOf(name), Array.isArray(value) ? value.join(':') : String(value)]];
  });
  return Object.fromEntries(entries);
}

/** Where the Temporal server is. */
export function temporalAddressOf(settings: Settings): string {
  return settings.temporalAddress ?? `127.0.0.1:${settings.temporalPort}`;
}

/** How to connect to it: files are named here and read by who connects, so that no key is ever in settings. */
export function temporalConnectionOf(settings: Settings) {
  return {
    address: temporalAddressOf(settings),
    tls: settings.temporalTls,
    caFile: settings.temporalTlsCaFile,
    certFile: settings.temporalTlsCertFile,
    keyFile: settings.temporalTlsKeyFile,
    serverName: settings.temporalTlsServerName,
    apiKeyFile: settings.temporalApiKeyFile,
  };
}

/** What the store of blobs is opened with. */
export function blobsOptionsOf({ storage, dataDir, gcsCredentialsFile, s3CredentialsFile }: Settings) {
  return { storage, folder: storageDir(dataDir), gcsCredentialsFile, s3CredentialsFile };
}

/** Names of all code hosts that anybody serves, as far as the settings say. */
export function knownHostsOf(settings: Settings): string[] {
  return [...new Set([...(hasCodeHost(settings) ? [settings.hostName] : []), ...settings.knownHost])];
}

/** Blob key of the folder for webhooks and what is read of repositories, without a trailing slash. */
export function eventsFolderOf({ eventStorage }: Pick<Settings, 'eventStorage'>): string {
  return bucketKey({ bucket: eventStorage ?? eventsBucket });
}

/** Deck as users reach it, without a trailing slash. */
export function deckUrlOf(settings: Settings): string {
  return (settings.publicUrl ?? `http://127.0.0.1:${settings.port}`).replace(/\/+$/, '');
}

export function temporalUiUrlOf(settings: Settings): string {
  return (settings.temporalUiUrl ?? `http://127.0.0.1:${settings.temporalUiPort}`).replace(/\/+$/, '');
}

/** Whether there are credentials for a code host. */
export function hasCodeHost({ githubTokenPath, githubAppId }: Settings): boolean {
  return githubTokenPath !== undefined || githubAppId !== undefined;
}

/** The local blob store. */
export function storageDir(dataDir: string): string {
  return join(dataDir, 'storage');
}
