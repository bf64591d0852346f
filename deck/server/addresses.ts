/** Under which names Deck answers, and what reaching it proves (spec deck.md 1.8, 1.12). */
import { deckUrlOf, type Settings } from '../../config/settings.ts';
import type { DeckSettings } from './deps.ts';

/** Values of the Host header: the loopback names, where Deck listens, and what users are told. */
export function allowedHosts(settings: Settings): string[] {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', settings.host]);
  const hosts = [...names].map((name) => new URL(`http://${bracketed(name)}:${settings.port}`).host);
  return [...new Set([...hosts, publicUrlOf(settings).host])];
}

/**
 * Everybody who reaches a loopback listener may act, unless it has a public address: then a proxy brings anybody there, and
 * the configuration decides.
 */
export function authorizationOf(settings: Settings): DeckSettings['authorization'] {
  return isLoopback(settings.host) && isLoopback(publicUrlOf(settings).hostname) ? 'local' : 'config';
}

function publicUrlOf(settings: Settings): URL {
  return new URL(deckUrlOf(settings));
}

function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
}

function isLoopback(name: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(bracketed(name));
}
