/** A comment reduced to the facts that golden data keeps of it (plugins/README.md), since wording is ours. */

export interface CommentFacts {
  kind: 'reply' | 'simple' | 'plain' | 'tree-hash' | 'approvalnotifier';
  [fact: string]: unknown;
}

const details = /<details[^>]*>[^]*<\/details>/;

export function commentFacts(body: string): CommentFacts {
  if (/^\[APPROVALNOTIFIER\]/i.test(body)) return approvalFacts(body);
  const treeHash = /<details>Git tree hash: (.*)<\/details>/.exec(body)?.[1];
  if (treeHash !== undefined) return { kind: 'tree-hash', treeHash };
  const to = /^@([\w-]+(?:\[bot\])?): /.exec(body)?.[1];
  const message = body.replace(details, '');
  // Code spans mention nobody.
  const mentions = [...message.replaceAll(/`[^`\n]*`/g, '').matchAll(/(?<![\w/])@([\w-]+(?:\/[\w-]+)?)/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== to?.replace(/\[bot\]$/, ''));
  const markers = [...body.matchAll(/<!--\s*([^]*?)\s*-->/g)].map(([, marker]) => marker);
  const image = /!\[[^\]]*\]\(([^)]+)\)/.exec(message)?.[1];
  return {
    kind: to !== undefined ? 'reply' : details.test(body) ? 'simple' : 'plain',
    ...(to !== undefined && { to }),
    ...(mentions.length > 0 && { mentions: [...new Set(mentions)].sort() }),
    ...(markers.length > 0 && { markers }),
    ...fragmentOf(body),
    ...(image !== undefined && { image: true, imageURL: image }),
  };
}

function fragmentOf(body: string): { fragment?: string } {
  if (body.includes('LGTM label has been removed.')) return { fragment: 'lgtm-removed' };
  return body.includes('PR needs rebase') ? { fragment: 'needs-rebase' } : {};
}

function approvalFacts(body: string): CommentFacts {
  const [visible = '', meta = ''] = body.split('<!-- META=');
  const head = visible.slice(0, visible.indexOf('<details'));
  const approvedBy = [...head.matchAll(/\*<a href="[^"]*" title="([^"]*)">([^<]*)<\/a>\*/g)].map(([, how, login]) => ({
    how,
    login,
  }));
  const owners = [...visible.matchAll(/^- (~~|\*\*)\[([^\]]*)\]\(([^)]*)\)(?:~~|\*\*)(?: \[(.*)\])?$/gm)].map(
    ([, mark, path, link, approvers]) => ({
      approved: mark === '~~',
      ...(approvers && { approvers: approvers.split(',').map((login) => login.trim()) }),
      link,
      path,
    }),
  );
  const ccLinks = [...head.matchAll(/\[([\w-]+)\]\(https:\/\/github\.com\/\1\)/g)].map(([, login]) => login);
  const issue = /Associated issue: \*#(\d+)\*/.exec(visible)?.[1];
  // Whoever bypassed the rule about issues stands in a line of its own, linked like the others.
  const noIssueLine = /^.*no-issue.*$/m.exec(visible.replace(/^.*`\/approve no-issue`.*$/gm, ''))?.[0] ?? '';
  const noIssueBy = [...noIssueLine.matchAll(/>([\w-]+)<\/a>/g)].map(([, login]) => login);
  const parsed: { approvers?: string[] } = meta ? JSON.parse(meta.slice(0, meta.lastIndexOf('-->'))) : {};
  return {
    kind: 'approvalnotifier',
    approved: body.startsWith('[APPROVALNOTIFIER] This PR is **APPROVED**'),
    ...(approvedBy.length > 0 && { approvedBy }),
    ...(owners.length > 0 && { owners }),
    ...(ccLinks.length > 0 && { ccLinks }),
    ...(issue !== undefined && { associatedIssue: issue }),
    ...(noIssueBy.length > 0 && { noIssueBy }),
    metaApprovers: parsed.approvers ?? [],
    detailsOpen: visible.includes('<details open>'),
  };
}
