/** Programs that run to their end: compilers, archivers, package managers. */
import { execFile, type ExecFileException } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ClusterError } from './cluster-error.ts';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** What the program prints. Rejects with the end of its output when it fails. */
export async function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      { ...options, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      (error: ExecFileException | null, stdout: string, stderr: string) => {
        if (!error) return resolve(stdout);
        const said = `${stdout}${stderr}`.trimEnd().split('\n').slice(-20).join('\n  ');
        reject(new ClusterError(`"${command} ${args.join(' ')}" failed (${error.code ?? error.signal}):\n  ${said}`));
      },
    );
  });
}

/** Path of a program on PATH or in the folders for administrators' programs; undefined where there is none. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin', '/usr/sbin', '/sbin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
