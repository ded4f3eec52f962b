import type { GroupDocument } from './words.js';

/** The policy as its schema says it is. */
export interface PolicyDocument {
  readonly rules: readonly RuleDocument[];
  readonly conflicts?: readonly (readonly string[])[];
  readonly access_reviews?: {
    readonly every: string;
    readonly within: string;
    readonly long_lived: string;
    readonly owners?: GroupDocument;
  };
}

export interface RuleDocument {
  readonly name: string;
  readonly entitlements: readonly string[];
  readonly requesters?: GroupDocument;
  readonly on_behalf_of?: GroupDocument;
  readonly when?: string;
  readonly max_duration?: string;
  readonly max_total?: string;
  readonly ticket?: { readonly pattern?: string };
  readonly justification?: { readonly pattern: string };
  readonly veto?: GroupDocument;
  readonly approval_ttl?: string;
  readonly auto_merge?: boolean;
  readonly end_when_ineligible?: boolean;
  readonly limits?: { readonly open_requests?: number; readonly held_per_week?: string };
  readonly lapses_after?: string;
  readonly ask_again_after?: string;
  readonly approvals?: readonly ApprovalGroupDocument[];
  readonly auto_approve?: true;
  readonly deny?: string;
  readonly break_glass?: {
    readonly max_duration: string;
    readonly review_within: string;
    readonly reviewers: GroupDocument;
  };
}

export interface ApprovalGroupDocument {
  readonly from: GroupDocument;
  readonly count: number;
  readonly stage?: number;
  readonly comment?: 'optional' | 'required';
}
