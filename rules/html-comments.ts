/** Comments of HTML in a text, which people do not see. */

const begin = '<!--';
const end = '-->';

/** The text without them. One that is not closed stays, and nothing is looked at twice, however many there are of those. */
export function withoutHtmlComments(text: string): string {
  let kept = '';
  for (let from = 0; ;) {
    const start = text.indexOf(begin, from);
    const close = start < 0 ? -1 : text.indexOf(end, start + begin.length);
    if (close < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    from = close + end.length;
  }
}
