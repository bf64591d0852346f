/** Commands with which people approve (spec plugins-review.md C.1). They are read more freely than those of the plugin lgtm. */
import { compileRegex } from '../regex.ts';

export interface ApprovalCommand {
  verb: 'approve' | 'lgtm';
  cancels: boolean;
  noIssue: boolean;
}

const command = compileRegex(String.raw`(?m)^/([^\s]+)[\t ]*([^\n\r]*)`);

/** Of a text, in their order. */
export function approvalCommands(text: string): ApprovalCommand[] {
  return command.matches(text).flatMap(({ groups: [name = '', rest = ''] }): ApprovalCommand[] => {
    const argument = rest.trim().toLowerCase();
    const noIssue = argument === 'no-issue';
    const cancels = argument.includes('cancel');
    switch (name.toUpperCase()) {
      case 'APPROVE':
        return [{ verb: 'approve', cancels, noIssue }];
      case 'REMOVE-APPROVE':
        return [{ verb: 'approve', cancels: true, noIssue: false }];
      case 'LGTM':
        return [{ verb: 'lgtm', cancels, noIssue }];
      default:
        return [];
    }
  });
}

/** Whether a text has a command that makes it worth reading; `/lgtm` only is one where it acts as approval. */
export function hasApprovalCommand(text: string, lgtmCounts: boolean): boolean {
  return approvalCommands(text).some(({ verb }) => verb === 'approve' || lgtmCounts);
}
