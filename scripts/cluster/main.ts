/**
 * `npm run cluster -- up|down`: a real Kubernetes 1.34 on this machine, of one node, without Docker and without a registry.
 * `up` prints the path of the kubeconfig when pods can run.
 */
import { Command } from 'commander';
import { ClusterError } from './cluster-error.ts';
import { clusterFolder } from './cluster-folder.ts';
import { clusterDown, clusterUp } from './up.ts';

const program = new Command('cluster').description('A throwaway Kubernetes cluster of one node, for tests.');
const folderOption = [
  '--folder <path>',
  'where the cluster keeps its state (default: CLUSTER_DIR, or below the temporary folder)',
] as const;

program
  .command('up')
  .description('start it and print the path of its kubeconfig')
  .option(...folderOption)
  .option('--api-only', 'only etcd and kube-apiserver: ready in seconds, but pods stay pending', false)
  .action(async ({ folder, apiOnly }: { folder?: string; apiOnly: boolean }) => {
    const say = (line: string) => console.error(`cluster: ${line}`);
    console.log(await clusterUp(clusterFolder(folder), { apiOnly, say }));
  });

program
  .command('down')
  .description('end everything that "up" started and remove its state; what was built stays in the cache')
  .option(...folderOption)
  .action(async ({ folder }: { folder?: string }) => await clusterDown(clusterFolder(folder)));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  console.error(`cluster: ${error.message}`);
  process.exitCode = 1;
}
