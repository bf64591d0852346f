/**
 * Bundles the workflows into `dist/workflow-bundle.js`, so that workers start without a bundler (temporal.md 12).
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error };

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
  logger: quiet,
});
await writeFile(fileURLToPath(new URL('../workflow-bundle.js', import.meta.url)), code);
