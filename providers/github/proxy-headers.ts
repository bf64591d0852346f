/** Headers between our clients and `bowsprit github-proxy`, which GitHub neither sends nor is sent by the proxy. */

/**
 * Names the account whose limits a request counts towards, since tokens of an App's installation change every hour. Prow's clients
 * send it to ghproxy; from it a proxy knows as well that the client minds when a token expires.
 */
export const accountHeader = 'x-prow-ghcache-token-budget-identifier';

/** Milliseconds, in answers with which the proxy itself refuses a request for its limits. */
export const waitHeader = 'x-bowsprit-wait';

/** What the cache had to do with an answer, in the words of Prow's ghproxy. */
export const cacheModeHeader = 'x-cache-mode';
