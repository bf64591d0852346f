/**
 * Everything a fresh machine needs, each step skipped when nothing has changed: npm packages, build, Temporal programs.
 * Plain JavaScript without dependencies, since it runs before there are any.
 */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureObjectStores } from './object-stores.mjs';
import { run, tryRun } from './run.mjs';
import { say, SetupError } from './say.mjs';
import { fileHash, isStamped, stamp, treeHash } from './stamp.mjs';
import { ensureTemporalCli, ensureTestServer } from './tools.mjs';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const minimumNode = [20, 19];
const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);

/** Everything but the Temporal programs. */
export async function prepare() {
  checkNode();
  await installPackages();
  await build();
}

/** @param {{ tests?: boolean }} [options] */
export async function setup({ tests = false } = {}) {
  await prepare();
  const temporal = await ensureTemporalCli(root);
  const testServer = tests ? await ensureTestServer(root) : undefined;
  const objectStores = tests ? await ensureObjectStores(root) : undefined;
  return { temporal, testServer, objectStores };
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantMajor = 0, wantMinor = 0] = minimumNode;
  if (major < wantMajor || (major === wantMajor && minor < wantMinor)) {
    throw new SetupError(`Node.js ${minimumNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  if (!tryRun('git', ['--version'])) throw new SetupError('git is needed to clone what jobs test; install it.');
}

/** `npm ci` where the lock file is not the one that is installed. */
async function installPackages() {
  const lock = join(root, 'package-lock.json');
  const mark = join(root, 'node_modules', '.bowsprit-installed');
  const wanted = `${fileHash(lock)} ${process.platform}-${process.arch}`;
  if (isStamped(mark, wanted)) return;
  refuseLink(join(root, 'node_modules'));
  say('installing npm packages (a minute on a new machine) ...');
  // The compiler is a development package: without `--include` a set NODE_ENV=production would leave it out.
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    what: 'npm ci',
  });
  stamp(mark, wanted);
}

/** `npm ci` empties the folder first, and would follow the link: another project would lose its packages. @param {string} path */
function refuseLink(path) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isSymbolicLink()) return;
  throw new SetupError(
    `node_modules is a link to ${readlinkSync(path)}, whose packages are not those of package-lock.json. ` +
      'Remove the link, and the packages are installed here.',
  );
}

const folders = [
  'activities',
  'bench',
  'cli',
  'clients',
  'config',
  'deck',
  'domain',
  'forge',
  'gateway',
  'plugins',
  'providers',
  'reporters',
  'rules',
  'scripts',
  'telemetry',
  'test',
  'workers',
  'workflows',
];
const sourceSuffixes = ['.ts', '.tsx', '.mjs', '.css', '.html', '.svg', '.json'];

/** Compiles to `dist/`, bundles the workflows, builds Deck's browser code; each only when its sources changed. */
async function build() {
  const packages = join(root, 'node_modules', '.bowsprit-installed');
  const marks = (/** @type {string} */ name) => join(root, 'dist', `.${name}-stamp`);
  const base = `${fileHash(packages)} ${fileHash(join(root, 'tsconfig.json'))} `;

  const code = base + treeHash(root, folders, ['.ts', '.tsx']);
  if (!isStamped(marks('code'), code)) {
    say('compiling ...');
    mkdirSync(join(root, 'dist'), { recursive: true });
    // The type check is a step of CI; here it would only make the first start slower.
    await run(process.execPath, [bin('tsc'), '-p', root, '--noCheck'], { cwd: root, what: 'The TypeScript compiler' });
    stamp(marks('code'), code);
  }
  const workflows = base + treeHash(root, ['workflows', 'domain', 'scripts/build-workflows.ts'], sourceSuffixes);
  if (!isStamped(marks('workflows'), workflows) || !existsSync(join(root, 'dist', 'workflow-bundle.js'))) {
    say('bundling workflows ...');
    await run(process.execPath, [join(root, 'dist', 'scripts', 'build-workflows.js')], {
      cwd: root,
      what: 'Bundling the workflows',
    });
    stamp(marks('workflows'), workflows);
  }
  if (existsSync(join(root, 'deck', 'vite.config.ts'))) {
    const browser = base + treeHash(root, ['deck', 'domain'], sourceSuffixes);
    if (!isStamped(marks('browser'), browser)) {
      say("building Deck's pages ...");
      const config = join(root, 'deck', 'vite.config.ts');
      rmSync(join(root, 'dist', 'deck', 'public'), { recursive: true, force: true });
      await run(process.execPath, [bin('vite'), 'build', '--config', config, '--logLevel', 'warn'], {
        cwd: root,
        what: "Building Deck's pages",
      });
      stamp(marks('browser'), browser);
    }
  }
}
