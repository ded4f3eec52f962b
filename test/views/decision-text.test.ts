import { describe, expect, it } from 'vitest';
import { decisionJson, decisionText } from '../../src/views/decision-text.js';
import { APPROVED, DENIED, PENDING, request, requestView } from './decisions.js';

describe('explain', () => {
  it.each([
    ['approved', requestView(APPROVED)],
    ['pending', requestView(PENDING)],
    ['denied', requestView(DENIED)],
    ['hostile', requestView(DENIED, { request: request({ justification: '\u001b[2J\u202eevil\n- @x' }) })],
  ] as const)('draws the tree: %s', async (name, view) => {
    await expect(`${decisionText(view)}\n`).toMatchFileSnapshot(`../golden/explain/${name}.txt`);
    await expect(`${JSON.stringify(decisionJson(view), null, 2)}\n`).toMatchFileSnapshot(
      `../golden/explain/${name}.json`,
    );
  });

  it('paints only signs and labels', () => {
    const text = decisionText(requestView(PENDING), (style, words) => `<${style}:${words}>`);
    expect(text).toContain('<bad:✘> rule production-data is not satisfied');
    expect(text).toContain('<good:✔> group 1');
    expect(text).toContain('<dim:Who:         > alice');
    expect(text).toContain('<strong:Missing>');
  });
});
