import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KubeconfigError, loadKubeconfigs, type KubeconfigOptions } from './kubeconfigs.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bowsprit-kubeconfigs-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Contexts of these names, each with a server of its own; the first is the current one. */
function kubeconfig(file: string, ...names: string[]): string {
  const path = join(folder, file);
  const text = {
    clusters: names.map((name) => ({ name: `c-${name}`, cluster: { server: `https://${name}.example` } })),
    users: [{ name: 'u', user: { token: 'secret-token' } }],
    contexts: names.map((name) => ({ name, context: { cluster: `c-${name}`, user: 'u' } })),
    'current-context': names[0],
  };
  writeFileSync(path, JSON.stringify(text));
  return path;
}

function servers(options: Partial<KubeconfigOptions>): Record<string, string | undefined> {
  const found = loadKubeconfigs({ files: [], env: { HOME: folder }, ...options });
  return Object.fromEntries([...found].map(([name, config]) => [name, config.getCurrentCluster()?.server]));
}

describe('clusters', () => {
  test('are the contexts of all files; the current one is the default as well', () => {
    const files = [kubeconfig('a', 'a1', 'a2'), kubeconfig('b', 'b1')];

    expect(servers({ files })).toEqual({
      a1: 'https://a1.example',
      a2: 'https://a2.example',
      b1: 'https://b1.example',
      default: 'https://b1.example',
    });
  });

  test('a context that is called default is the default', () => {
    expect(servers({ files: [kubeconfig('a', 'a1', 'default')] })).toEqual({
      a1: 'https://a1.example',
      default: 'https://default.example',
    });
  });

  test('without a cluster of our own only contexts count', () => {
    expect(servers({ files: [kubeconfig('a', 'a1')], noInClusterConfig: true })).toEqual({ a1: 'https://a1.example' });
  });

  test('a folder is read as a mounted secret has it', () => {
    kubeconfig('one.config', 'a');
    kubeconfig('..data', 'b');
    kubeconfig('two.other', 'c');
    mkdirSync(join(folder, 'sub.config'));

    expect(Object.keys(servers({ dir: folder, suffix: '.config' }))).toEqual(['a', 'default']);
  });

  test("without files, those that everybody's tools read count", () => {
    const path = kubeconfig('usual', 'a');

    expect(Object.keys(servers({ env: { KUBECONFIG: `${path}:${join(folder, 'none')}` } }))).toEqual(['a', 'default']);
    expect(servers({})).toEqual({});
  });
});

describe('the cluster that this process runs in', () => {
  /** As in a pod. */
  function pod(): Pick<KubeconfigOptions, 'root' | 'env'> {
    const account = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
    mkdirSync(account, { recursive: true });
    writeFileSync(join(account, 'ca.crt'), 'ca');
    writeFileSync(join(account, 'token'), 'own-token');
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    // The client library reads these itself.
    Object.assign(process.env, env);
    return { root: folder, env };
  }
  afterEach(() => {
    delete process.env['KUBERNETES_SERVICE_HOST'];
    delete process.env['KUBERNETES_SERVICE_PORT'];
  });

  test('is the default, before the current context of any file', () => {
    expect(servers({ ...pod(), files: [kubeconfig('a', 'a1')] })).toEqual({
      a1: 'https://a1.example',
      default: 'https://10.0.0.1:443',
    });
  });

  test('has another name where it is told', () => {
    expect(servers({ ...pod(), inClusterName: 'build-a' })).toEqual({ 'build-a': 'https://10.0.0.1:443' });
  });

  test('is left alone where that is wanted', () => {
    expect(servers({ ...pod(), noInClusterConfig: true })).toEqual({});
  });

  test('is asked with a projected token where there is one', async () => {
    const projectedTokenFile = join(folder, 'projected');
    writeFileSync(projectedTokenFile, 'projected-token');
    const options: { headers?: Record<string, string> } = {};

    const config = loadKubeconfigs({ files: [], ...pod(), projectedTokenFile }).get('default');
    config?.getClusters().forEach((cluster) => Object.assign(cluster, { caFile: undefined }));
    await config?.applyToHTTPSOptions(options);

    expect(options.headers?.['Authorization']).toBe('Bearer projected-token');
  });
});

describe('a kubeconfig that cannot be used is named', () => {
  const load = (path: string) => () => loadKubeconfigs({ files: [path], env: {} });
  const written = (text: string) => {
    const path = join(folder, 'bad');
    writeFileSync(path, text);
    return path;
  };

  test.each([
    ['a file that is not there', () => join(folder, 'none'), /none cannot be used: ENOENT/],
    ['no YAML', () => written('a: [secret-token'), /bad cannot be used/],
    ['something else', () => written('[]'), /bad has no contexts|bad cannot be used/],
    ['no contexts', () => written('clusters: []\nusers: []\ncontexts: []\n'), /bad has no contexts/],
    [
      'a context without its cluster',
      () =>
        written(
          JSON.stringify({ clusters: [], users: [], contexts: [{ name: 'x', context: { cluster: 'y', user: 'u' } }] }),
        ),
      /Context x of .*bad names cluster y/,
    ],
  ])('%s', (_name, path, message) => {
    const loading = load(path());

    expect(loading).toThrow(KubeconfigError);
    expect(loading).toThrow(message);
    expect(loading).not.toThrow(/secret-token/);
  });

  test('an alias that two files have', () => {
    const files = [kubeconfig('a', 'x'), kubeconfig('b', 'x')];

    expect(() => loadKubeconfigs({ files, env: {} })).toThrow(/Context x is in .*a and in .*b/);
  });
});
