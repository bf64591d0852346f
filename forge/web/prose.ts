/** What people and robots write, for a page: the little of Markdown that makes comments of robots readable. Everything else stays text. */

/** For text and for attributes in double quotes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Links to pages of programs: other schemes stay text. */
export const link = (url: string | null, text: string): string =>
  url !== null && /^https?:\/\//.test(url)
    ? `<a href="${escape(url)}" rel="noopener noreferrer">${escape(text)}</a>`
    : escape(text);

const hidden = /<!--[^]*?-->|<\/?details[^<>]{0,20}>/g;
/** A link, bold text, or code; nothing in it is looked into again. */
const inline = /\[([^\][\n]{1,300})\]\((https?:\/\/[^()\s]{1,1000})\)|\*\*([^*\n]{1,300})\*\*|`([^`\n]{1,300})`/g;

/** Safe to put into a page. */
export function prose(text: string): string {
  const shown = text.replaceAll(hidden, '').trim();
  let html = '';
  let from = 0;
  for (const match of shown.matchAll(inline)) {
    const [whole, label, url, bold, code] = match;
    html += escape(shown.slice(from, match.index));
    from = match.index + whole.length;
    if (label !== undefined && url !== undefined) html += link(url, label.replaceAll('**', ''));
    else if (bold !== undefined) html += `<b>${escape(bold)}</b>`;
    else html += `<code>${escape(code ?? '')}</code>`;
  }
  return html + escape(shown.slice(from));
}
