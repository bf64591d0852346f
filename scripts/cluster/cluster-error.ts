/** What keeps a test cluster from starting, in a sentence that says what is missing and what to do. */
export class ClusterError extends Error {}
