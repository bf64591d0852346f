/** Requests to Deck's server; an answer that is no success becomes an Error with the server's own sentence. */

export async function getJson<T>(url: string): Promise<T> {
  const response = await request(url);
  return (await response.json()) as T;
}

/** Changes something. Answers what the server says about it. */
export async function post(url: string): Promise<string> {
  const response = await request(url, { method: 'POST' });
  const { message } = (await response.json()) as { message?: string };
  return message ?? 'Done.';
}

export async function request(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(() => {
    throw new Error('Deck does not answer.');
  });
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  const said =
    typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : response.statusText;
  throw new Error(said || `Deck answered ${response.status}.`);
}
