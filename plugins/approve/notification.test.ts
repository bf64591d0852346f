import { describe, expect, test } from '@jest/globals';
import { commentFacts } from '../../test/golden/plugins/comment-facts.ts';
import { isNotification, notificationText, type Notification } from './notification.ts';

const facts: Notification = {
  org: 'o',
  repo: 'r',
  branch: 'main',
  linkUrl: 'https://github.com',
  commandHelpLink: 'https://help.test',
  processLink: 'https://process.test',
  isComplete: false,
  areFilesApproved: false,
  isOverridden: false,
  approvals: [],
  files: [{ path: 'a/OWNERS', isApproved: false, approvers: [] }],
  suggested: ['amy', 'bob'],
  assigned: new Set(['bob']),
};
const text = (change: Partial<Notification>) => notificationText({ ...facts, ...change });

test('says whom to ask, those who are assigned first, and mentions nobody', () => {
  const said = text({});

  expect(commentFacts(said)).toMatchObject({
    ccLinks: ['bob', 'amy'],
    metaApprovers: ['amy', 'bob'],
    detailsOpen: true,
  });
  expect(said).not.toContain('@');
  expect(said).toContain('https://help.test?repo=o%2Fr');
});

test('has the trailer that software reads in its last line', () => {
  expect(text({}).split('\n').at(-1)).toBe('<!-- META={"approvers":["amy","bob"]} -->');
  expect(
    text({ suggested: ['x--><b>'] })
      .split('\n')
      .at(-1),
  ).toBe(String.raw`<!-- META={"approvers":["x--\u003e\u003cb\u003e"]} -->`);
});

test('an override is settled, and says so', () => {
  const said = text({ isOverridden: true });

  expect(commentFacts(said)).toMatchObject({ approved: true, detailsOpen: false });
  expect(said).toContain('<details >');
  expect(said).toContain('by hand');
});

describe('a required issue', () => {
  const approval = { login: 'bob', how: 'Approved' as const, link: 'https://x.test', noIssue: true };

  test.each<[string, Notification['issue'], Record<string, unknown>]>([
    ['is named', { number: '7', bypassedBy: [] }, { associatedIssue: '7' }],
    ['is not needed', { bypassedBy: [approval] }, { noIssueBy: ['bob'] }],
    ['is missing', { bypassedBy: [] }, {}],
  ])('%s', (_name, issue, expected) => {
    const { associatedIssue, noIssueBy } = commentFacts(text({ ...(issue && { issue }) }));

    expect({
      ...(associatedIssue !== undefined && { associatedIssue }),
      ...(noIssueBy !== undefined && { noIssueBy }),
    }).toEqual(expected);
  });
});

test('a file that is approved in part says who has, and that it is not enough', () => {
  const said = text({ files: [{ path: 'a/OWNERS', isApproved: false, approvers: ['amy', 'dep[bot]'] }] });

  expect(said).toContain('- **[a/OWNERS](https://github.com/o/r/blob/main/a/OWNERS)** [amy, dep[bot]]\n  > ');
});

test('is known by its first line, in any case', () => {
  expect(isNotification(text({}))).toBe(true);
  expect(isNotification('[approvalnotifier] x')).toBe(true);
  expect(isNotification('> [APPROVALNOTIFIER]')).toBe(false);
});
