/** A text without the credentials that URLs in it hold. */
export function censored(text: string): string {
  return text.replaceAll(/(\w:\/\/)[^/@\s]+@/g, '$1CENSORED@');
}
