/** The first commit of the branch says to whoever finds it what it is. Written once. */
export const LEDGER_README = `# Access ledger

This branch is written by Hallpass and by nobody else. It records who was granted which access, why, by whom it was
approved, and when it ended. Do not edit it, merge it or rewrite it: every commit is signed and follows the one before,
and a change from anywhere else stops all grants.

- \`grants/<request>.yaml\`: one document per grant, for ever. \`git log -- grants/<request>.yaml\` is its whole story.
- \`active/<request>\`: an empty marker while something of the grant lives.
- \`violations/\`: what reached the default branch without being approved.
- \`orphans/\`: what was removed from targets although no grant has it.
- \`access-reviews/\`: what owners were asked, what they answered, and what came of it.
- \`cursor\`: the commit of the default branch up to which requests are decided.

To prove it from a clone: \`hallpass audit verify --signers allowed_signers\`.
`;
