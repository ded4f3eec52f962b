/** The one style sheet and the one script of the sandbox's pages. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --dim: #5b6472; --line: #d3d8e0; --back: #ffffff; --soft: #f5f7fa; --link: #2a5d96;
  --good: #1a6b3c; --bad: #a12622; --wait: #7a5200; --main: #1f6f43; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ef; --dim: #a3adbb; --line: #39414e; --back: #14181f; --soft: #1c222b; --link: #8ab8ec;
  --good: #7fd3a0; --bad: #ff9d97; --wait: #f0c674; --main: #2b7f51; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--back); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--link); } h1 { font-size: 1.4rem; margin: .2rem 0 .8rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
header { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; align-items: center; padding: .6rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--soft); }
header p { margin: 0; } .where a { font-weight: 600; text-decoration: none; } .where span, .dim { color: var(--dim); font-weight: 400; font-size: .9rem; }
nav a { margin-right: .9rem; } .who { margin-left: auto; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 2rem; max-width: 78rem; margin: 1rem auto; padding: 0 1.2rem; }
@media (max-width: 60rem) { .columns { grid-template-columns: minmax(0, 1fr); } .who { margin-left: 0; } }
aside { font-size: .92rem; } aside h2:first-child { margin-top: .2rem; }
iframe { width: 100%; height: 10.5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); }
pre { overflow-x: auto; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; font: 13px/1.45 ui-monospace, monospace; }
code { font: .92em ui-monospace, monospace; } .git { white-space: pre-wrap; overflow-wrap: anywhere; }
button, .button, input, textarea { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 6px; padding: .3rem .7rem; }
button, .button { cursor: pointer; text-decoration: none; display: inline-block; } button:hover { border-color: var(--dim); }
button.main, button[aria-pressed=true] { background: var(--main); border-color: var(--main); color: #fff; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.ask label { display: block; margin: .7rem 0; color: var(--dim); } .ask input, .ask textarea { display: block; width: 100%; color: var(--ink); }
.ask textarea, .ask input[name=path] { font-family: ui-monospace, monospace; font-size: 13px; }
.pulls { list-style: none; padding: 0; } .pulls li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
.state { border: 1px solid; border-radius: 1rem; padding: .05rem .6rem; font-size: .85rem; } .open { color: var(--good); } .merged { color: var(--link); } .closed { color: var(--bad); }
.check, .file, .said-by, .actions { border: 1px solid var(--line); border-radius: 6px; margin: .8rem 0; padding: .5rem .9rem; }
.file { padding: 0; } .file h2 { margin: 0; padding: .4rem .9rem; font: 13px ui-monospace, monospace; } .file pre { margin: 0; border-width: 1px 0 0; border-radius: 0; }
.edit { padding: .4rem .9rem; } .check p, .said-by p { margin: .3rem 0; } .check { border-left: 4px solid var(--wait); } .check.success { border-left-color: var(--good); } .check.failure { border-left-color: var(--bad); }
.said-by h3 { font-size: 1.05rem; margin: .5rem 0; } .said-by ul { padding-left: 1.3rem; } .said-by { overflow-wrap: anywhere; }
.actions form { display: inline-block; margin: .25rem .6rem .25rem 0; } .actions input { width: 20rem; max-width: 100%; }
.said { padding: .5rem .9rem; border: 1px solid; border-radius: 6px; } .good { color: var(--good); } .bad { color: var(--bad); }
.database { padding: .3rem .8rem; font-size: .92rem; } .database p { margin: .4rem 0; overflow-wrap: anywhere; }
`;

/** Loads the page again when something happened, unless somebody is typing or a form is on its way: that would be cut off. */
export const SCRIPT = `
let busy = false;
for (const event of ['input', 'submit']) addEventListener(event, () => { busy = true; });
const changes = new EventSource('/sandbox/changes');
let seen;
changes.onmessage = ({ data }) => {
  if (seen !== undefined && data !== seen && !busy) location.reload();
  seen = data;
};
addEventListener('pagehide', () => changes.close());
`;
