import { afterEach, describe, expect, test } from '@jest/globals';

import { startTelemetryServer, type TelemetryServer, type TelemetryServerOptions } from './http.ts';
import { createProwJobMetrics, createRegistry } from './metrics.ts';

describe('startTelemetryServer', () => {
  let server: TelemetryServer | undefined;

  async function start(options: Partial<TelemetryServerOptions> = {}) {
    const registry = createRegistry({ processMetrics: false });
    createProwJobMetrics(registry);
    server = await startTelemetryServer({ port: 0, registry, ready: () => true, ...options });
    return server;
  }

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  test('serves metrics in the format of Prometheus on loopback', async () => {
    const { url } = await start();

    const response = await fetch(`${url}/metrics`);

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await response.text()).toContain('# TYPE prowjobs gauge');
  });

  test.each([
    ['/healthz', false, 200],
    ['/healthz/ready', false, 503],
    ['/healthz/ready', true, 200],
    ['/nothing', true, 404],
  ])('answers %s with ready %s by %i', async (path, ready, status) => {
    const { url } = await start({ ready: () => ready });

    expect((await fetch(`${url}${path}`)).status).toBe(status);
  });

  test('refuses to be written to', async () => {
    const { url } = await start();

    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  test('appends further metrics, and serves its own when those fail', async () => {
    let fails = false;
    const extraMetrics = () => (fails ? Promise.reject(new Error('refused')) : Promise.resolve('temporal_x 1\n'));
    const { url } = await start({ extraMetrics });

    const whole = await (await fetch(`${url}/metrics`)).text();
    fails = true;
    const part = await (await fetch(`${url}/metrics`)).text();

    expect(whole).toContain('temporal_x 1');
    expect(part).toContain('# TYPE prowjobs gauge');
    expect(part).toContain('# Metrics of another source are missing: refused');
  });

  test('names the address when the port is in use', async () => {
    const { port } = await start();

    await expect(
      startTelemetryServer({ port, registry: createRegistry({ processMetrics: false }), ready: () => true }),
    ).rejects.toThrow(`Cannot serve metrics and health on 127.0.0.1:${port}: the port is in use`);
  });
});
