/** The workflows' code for workers of tests. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';

/** `BOWSPRIT_TEST_BUNDLE` names a bundle of `workflows/index.ts` that was built once for all test files. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  const built = process.env['BOWSPRIT_TEST_BUNDLE'];
  if (built) return { codePath: built };
  return await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
}
