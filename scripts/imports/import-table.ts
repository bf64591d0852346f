/**
 * The import table as data: which folder may import which, so that the pure parts stay pure and workflow code stays
 * deterministic. `check-imports.ts` applies it.
 *
 * A name is a folder (`domain`), a file (`plugins/api.ts`), or a package; `*` stands for anything but a slash. Folders that are
 * not listed (`workers`, `test`, `bench`, `scripts`), `*.test.ts` files and their helpers `test-*.ts` may import everything.
 */

export interface ImportRule {
  /** Folders and files of the project, besides the folder itself. */
  local: readonly string[];
  /** Folders from which types are allowed, since they are gone at run time. */
  types?: readonly string[];
  /** npm packages; `node:` stands for all of Node's own modules. */
  packages: readonly string[];
  /** Packages from which types are allowed. */
  typePackages?: readonly string[];
}

/** Names, argument types and search attributes of workflows: importable without the workflows' code. */
const messages = ['workflows/*.messages.ts', 'workflows/search-attributes.ts'];
const node = 'node:';

export const importTable: Readonly<Record<string, ImportRule>> = {
  domain: { local: [], packages: [], typePackages: [node] },
  workflows: {
    local: ['domain'],
    types: ['activities', 'config'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  rules: { local: ['domain'], packages: ['re2js', 'js-yaml', 'ignore'] },
  plugins: { local: ['domain', 'rules', 'plugins/api.ts'], packages: [] },
  config: {
    local: ['domain', 'rules', 'plugins/registry.ts'],
    packages: [node, 'zod', 'js-yaml', 're2js', 'ignore'],
  },
  telemetry: { local: ['domain'], packages: [node, 'pino', 'prom-client', '@temporalio/*'] },
  providers: { local: ['domain', 'rules', 'telemetry'], packages: [node, '@octokit/*'] },
  clients: {
    local: ['domain', 'rules', 'telemetry'],
    packages: [
      node,
      '@temporalio/client',
      '@temporalio/common',
      '@kubernetes/client-node',
      '@aws-sdk/*',
      '@google-cloud/storage',
    ],
    typePackages: ['pino'],
  },
  reporters: { local: ['domain', 'rules', 'telemetry'], packages: [node] },
  activities: {
    local: ['domain', 'rules', 'plugins', 'config', 'providers', 'clients', 'reporters', 'telemetry', ...messages],
    types: ['workflows'],
    packages: [node, '@temporalio/activity', '@temporalio/client', '@temporalio/common'],
    typePackages: ['pino'],
  },
  gateway: {
    local: ['domain', 'rules', 'config', 'plugins/registry.ts', 'providers', 'clients', 'telemetry', ...messages],
    types: ['workflows'],
    packages: [node, '@temporalio/client', '@temporalio/common', '@octokit/*', 'fastify', '@fastify/*', 'zod'],
    typePackages: ['pino', 'prom-client'],
  },
  deck: {
    local: ['domain', 'rules', 'config', 'plugins/registry.ts', 'providers', 'clients', 'telemetry', ...messages],
    types: ['workflows'],
    packages: [
      node,
      '@temporalio/client',
      '@temporalio/common',
      '@preact/*',
      'ansi-sequence-parser',
      'fastify',
      '@fastify/*',
      'js-yaml',
      'preact',
      're2js',
      'vite',
      'zod',
    ],
    typePackages: ['pino', 'prom-client'],
  },
  cli: {
    local: ['domain', 'rules', 'config', 'plugins/registry.ts', 'providers', 'clients', 'telemetry', ...messages],
    types: ['workflows'],
    packages: [node, '@temporalio/client', '@temporalio/common', 'cli-table3', 'commander', 'js-yaml', 'zod'],
  },
  forge: { local: [], packages: ['*', '@*/*', node] },
};

/** A list of imports or exports that must name every file of a kind: what is forgotten there does not exist for users. */
export interface Registry {
  file: string;
  /** Project files that must be imported by it; `*` stands for anything but a slash. */
  members: string;
  /** Members that are something else. */
  except?: readonly string[];
}

export const registries: readonly Registry[] = [
  {
    file: 'workflows/index.ts',
    members: 'workflows/*.ts',
    except: ['workflows/index.ts', 'workflows/*.messages.ts', 'workflows/search-attributes.ts'],
  },
  { file: 'plugins/registry.ts', members: 'plugins/*/index.ts' },
  { file: 'cli/program.ts', members: 'cli/commands/*.ts' },
];
