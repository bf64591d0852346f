/** A server that speaks S3 and keeps one bucket as a plain folder: where the pod utilities in test pods upload to. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { ensureBinaries } from '../../scripts/cluster/binaries.ts';
import { eventually } from './eventually.ts';

export interface FakeS3 {
  endpoint: string;
  stop(): Promise<void>;
}

export interface FakeS3Options {
  host: string;
  port: number;
  bucket: string;
  /** Objects become files in here. */
  folder: string;
  /** For what belongs to the objects besides. */
  metaFolder: string;
}

export async function startFakeS3({ host, port, bucket, folder, metaFolder }: FakeS3Options): Promise<FakeS3> {
  const { gofakes3 } = await ensureBinaries(['gofakes3'], () => {});
  mkdirSync(folder, { recursive: true });
  mkdirSync(metaFolder, { recursive: true });
  const args = [
    '-host',
    `${host}:${port}`,
    '-backend',
    'directfs',
    '-directfs.path',
    folder,
    '-directfs.bucket',
    bucket,
  ];
  const server = spawn(gofakes3, [...args, '-directfs.meta', metaFolder, '-quiet'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const answers = async () =>
    await new Promise<boolean>((resolve) => {
      const asked = request({ host, port, path: `/${bucket}/`, agent: false }, (response) => {
        response.resume();
        resolve(true);
      });
      asked.on('error', () => resolve(false));
      asked.end();
    });
  await eventually(answers, 'the S3 server answers');
  return {
    endpoint: `http://${host}:${port}`,
    async stop() {
      server.kill();
      await ended;
    },
  };
}
