/**
 * The one style sheet of the dashboard. Colours keep a contrast of 4.5 to 1 and more (WCAG 2.2, 1.4.3) in both schemes; nothing is told
 * by colour alone.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1b2130; --dim: #59616f; --line: #dfe3ea; --back: #f6f7f9; --card: #ffffff; --link: #1d5fa8; --focus: #1d5fa8;
  --bad: #b3261e; --bad-back: #fdecea; --warn: #8a5300; --warn-back: #fff4df; --good: #1c6b3c; --good-back: #e8f5ec;
  --note-back: #eceff4; --bar: #3a6ea5; --mark: #2f6f4e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e5e9f0; --dim: #a0a9b8; --line: #2e3541; --back: #11151b; --card: #191e26; --link: #8bbcf5; --focus: #8bbcf5;
    --bad: #ff9d94; --bad-back: #3a1b1a; --warn: #f3c173; --warn-back: #362a14; --good: #8fd6a8; --good-back: #16301f;
    --note-back: #252c37; --bar: #7fb0e6; --mark: #6fc08f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: var(--back); font: 15px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -99rem; padding: .6rem 1rem; background: var(--card); }
.skip:focus { left: .5rem; top: .5rem; z-index: 1; }
.dim { color: var(--dim); }
.mono { font: .92em ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere; }
.when { white-space: nowrap; }
time { font-variant-numeric: tabular-nums; }

.top { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem 1.2rem; padding: .55rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); }
.top a { text-decoration: none; }
.top a:hover { text-decoration: underline; }
.brand { display: inline-flex; align-items: center; gap: .5rem; font-weight: 700; color: var(--ink); }
.mark { width: .8rem; height: 1.05rem; border-radius: .2rem; border: .17rem solid var(--mark); border-top-width: .42rem; }
.where { color: var(--dim); }
.top nav ul { display: flex; flex-wrap: wrap; gap: .1rem; margin: 0; padding: 0; list-style: none; }
.top nav a { display: block; padding: .3rem .65rem; border-radius: .4rem; color: var(--ink); }
.top nav a[aria-current] { background: var(--note-back); font-weight: 600; }
.visitor { margin: 0 0 0 auto; display: flex; align-items: center; gap: .7rem; }

main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-top: 1.1rem; }
footer { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-top: 2rem; padding-bottom: 1.5rem; color: var(--dim); font-size: .9rem; }
h1 { margin: 0 0 .7rem; font-size: 1.35rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1.05rem; }
h3 { margin: 1rem 0 .3rem; font-size: .95rem; }
h1 small, h2 small { font-weight: 400; color: var(--dim); font-size: .9rem; margin-left: .4rem; }
section, .card { margin: 0 0 1.1rem; padding: .9rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .55rem; }
section > p:last-child, .card > p:last-child { margin-bottom: 0; }
p { margin: .3rem 0 .7rem; }
.lead { font-size: 1.05rem; }

.state { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem .9rem; margin: 0 0 1.1rem; padding: .8rem 1rem; border-radius: .55rem; border: 1px solid transparent; border-left-width: .45rem; }
.state h1 { margin: 0; }
.state p { margin: 0; }
.state.bad { background: var(--bad-back); border-color: var(--bad); }
.state.bad h1 { color: var(--bad); }
.state.warn { background: var(--warn-back); border-color: var(--warn); }
.state.warn h1 { color: var(--warn); }
.state.good { background: var(--good-back); border-color: var(--good); }
.state.good h1 { color: var(--good); }
section.bad { border-color: var(--bad); border-left-width: .45rem; }
section.warn { border-color: var(--warn); border-left-width: .45rem; }

.badge { display: inline-block; padding: .05rem .5rem; border-radius: .7rem; background: var(--note-back); color: var(--ink); font-size: .85rem; font-weight: 600; white-space: nowrap; }
.badge.bad { background: var(--bad-back); color: var(--bad); }
.badge.warn { background: var(--warn-back); color: var(--warn); }
.badge.good { background: var(--good-back); color: var(--good); }

.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--dim); padding-bottom: .3rem; }
th, td { padding: .4rem .7rem .4rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
.said { overflow-wrap: anywhere; min-width: 9rem; display: inline-block; }
thead th { border-top: 0; color: var(--dim); font-size: .85rem; font-weight: 600; white-space: nowrap; }
tbody tr:hover { background: color-mix(in srgb, var(--note-back) 45%, transparent); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td p { margin: 0; }

dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; }
dl.facts dt { color: var(--dim); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .7rem; margin: 0 0 1.1rem; padding: 0; list-style: none; }
.figures li { padding: .6rem .85rem; background: var(--card); border: 1px solid var(--line); border-radius: .55rem; color: var(--dim); font-size: .9rem; }
.figures strong { display: block; color: var(--ink); font-size: 1.45rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
ul.plain { margin: 0; padding: 0; list-style: none; }
ul.plain li + li { margin-top: .2rem; }
ol.story { margin: 0; padding: 0 0 0 1.2rem; list-style: none; border-left: 2px solid var(--line); }
ol.story li { position: relative; padding: .15rem 0 .8rem; }
ol.story li::before { content: ""; position: absolute; left: -1.6rem; top: .5rem; width: .65rem; height: .65rem; border-radius: 50%; background: var(--bar); box-shadow: 0 0 0 3px var(--card); }
ol.story li.bad::before { background: var(--bad); }
ol.story li.warn::before { background: var(--warn); }
ol.story li.good::before { background: var(--good); }
ol.story p { margin: 0; }
ul.tree, ul.tree ul { margin: 0; padding: 0 0 0 1.35rem; list-style: none; }
ul.tree { padding-left: 0; }
ul.tree li { padding: .06rem 0; }
ul.tree .sign { display: inline-block; width: 1.1rem; color: var(--good); }
ul.tree .no > .sign, ul.tree .error > .sign { color: var(--bad); }
ul.tree .note > .sign, ul.tree .way > .sign { color: var(--dim); }
blockquote { margin: 0 0 .7rem; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; }
blockquote p { margin: .15rem 0; }
pre { margin: 0; padding: .7rem .9rem; background: var(--note-back); border-radius: .4rem; overflow-x: auto; font: .88rem/1.4 ui-monospace, SFMono-Regular, Menlo, monospace; }
.bar { display: block; width: 7rem; height: .4rem; margin-top: .35rem; }
.bar .rail { fill: var(--note-back); }
.bar .run { fill: var(--bar); }
.bar.warn .run { fill: var(--warn); }
.bar.bad .run { fill: var(--bad); }
figure { margin: 0 0 1rem; }
figcaption { margin-bottom: .3rem; font-weight: 600; }
svg.chart { display: block; width: 100%; max-width: 46rem; height: auto; }
svg.chart line { stroke: var(--line); }
svg.chart .count { fill: var(--dim); }
summary { cursor: pointer; color: var(--dim); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 1.1rem; }
svg.chart rect { fill: var(--bar); }
svg.chart text { fill: var(--ink); font: 12px system-ui, sans-serif; }

form.search { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem .8rem; margin-bottom: 1rem; }
form.search label { display: grid; gap: .15rem; color: var(--dim); font-size: .85rem; }
input, select, textarea, button, .button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid #7d8695; border-radius: .4rem; padding: .32rem .6rem; min-height: 2.1rem; }
textarea { width: 100%; }
button, .button { cursor: pointer; font-weight: 600; text-decoration: none; display: inline-block; }
button.first, .button.first { background: var(--link); border-color: var(--link); color: var(--card); }
nav.pager { display: flex; gap: 1rem; margin: .8rem 0; }
nav.pager a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.narrow { max-width: 34rem; margin: 8vh auto; }

@media (max-width: 46rem) {
  .top { padding: .5rem .8rem; gap: .3rem .8rem; }
  .top nav { order: 1; width: 100%; overflow-x: auto; }
  .top nav ul { flex-wrap: nowrap; }
  .where { display: none; }
  main, footer { padding-left: .8rem; padding-right: .8rem; }
  section, .card { padding: .75rem .8rem; }
  table.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.cards, table.cards tbody, table.cards tr, table.cards td { display: block; }
  table.cards tr { padding: .55rem 0; border-top: 1px solid var(--line); }
  table.cards tr:first-child { border-top: 0; }
  table.cards td { border: 0; padding: .08rem 0; display: flex; gap: .6rem; }
  table.cards td::before { content: attr(data-title); flex: 0 0 6.2rem; color: var(--dim); }
  table.cards td > div { min-width: 0; overflow-wrap: anywhere; }
  table.cards td.number { text-align: left; }
  table.cards td.nothing { display: none; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
}
@media print { .top nav, .visitor, footer, form.search { display: none; } body { background: none; } section { break-inside: avoid; } }
`;

/** A slip of paper with a bar, as the page's icon. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#2f6f4e" d="M4 1h8a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z"/><path fill="#fff" d="M5 6h6v7H5z"/></svg>`;
