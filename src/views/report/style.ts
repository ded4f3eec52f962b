/** The one style sheet of a report. Nothing is loaded from anywhere; the page looks the same on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --dim: #5b6472; --line: #d8dce3; --back: #ffffff; --bar: #3a6ea5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ef; --dim: #9aa4b2; --line: #39414e; --back: #14181f; --bar: #7fb0e6; } }
body { margin: 2rem auto; max-width: 84rem; padding: 0 1rem; color: var(--ink); background: var(--back); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
nav a { margin-right: 1rem; } a { color: var(--bar); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; min-width: 6rem; }
th { color: var(--dim); font-weight: 600; }
figure { margin: 1rem 0; } figcaption { color: var(--dim); } svg { max-width: 100%; height: auto; }
svg rect { fill: var(--bar); } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
@media print { body { max-width: none; margin: 0; } nav { display: none; } tr { break-inside: avoid; } }
`;

/** Of the style sheet, so that the page's policy lets in this one and no other; a test computes it. */
export const STYLE_HASH = 'sha256-WMLxNzB+PncggU1hYGZc0qp6tMdy9a5N8hP2nbBLw4U=';
