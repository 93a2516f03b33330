import { Html } from './html.ts';

/** The look of the report and of the verifier's page; for screen, dark screen and paper. No other file is needed. */
export const style = new Html(`
:root { color-scheme: light dark; --ink: #16202c; --soft: #5a6776; --line: #d8dee6; --paper: #fff; --tint: #f4f6f9;
  --accent: #0b5fae; --good: #14713d; --warn: #8a5300; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #9fadbc; --line: #33404e; --paper: #11171e;
  --tint: #1a222c; --accent: #7ab8f5; --good: #6fd09a; --warn: #f0b45a; --bad: #ff8f86; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0; }
p { margin: .5rem 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; }
code, .mono { font: .86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 1rem 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.figures li { background: var(--tint); border: 1px solid var(--line); border-radius: .6rem; padding: .75rem 1rem; }
.figures b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures .warn b { color: var(--warn); } .figures .bad b { color: var(--bad); }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
td { overflow-wrap: anywhere; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 1rem 0; break-inside: avoid-page; }
article > .head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: .05rem .65rem; font-size: .82rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
ol.steps { list-style: none; margin: 1rem 0 .25rem; padding: 0; }
ol.steps li { position: relative; padding: 0 0 .9rem 1.6rem; border-left: 2px solid var(--line); margin-left: .4rem; }
ol.steps li:last-child { border-color: transparent; padding-bottom: 0; }
ol.steps li::before { content: ""; position: absolute; left: -.48rem; top: .35rem; width: .8rem; height: .8rem;
  border-radius: 50%; background: var(--paper); border: 2px solid var(--accent); }
ol.steps li.sealed::before, ol.steps li.resolved::before { background: var(--good); border-color: var(--good); }
ol.steps li.person::before { background: var(--warn); border-color: var(--warn); }
ol.steps .when { display: block; color: var(--soft); font-size: .84rem; font-variant-numeric: tabular-nums; }
ol.steps .what { font-weight: 600; }
footer { padding: 2rem 1.5rem 4rem; color: var(--soft); font-size: .9rem; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --tint: #fff; --accent: #000;
    --good: #0a4d28; --warn: #6b4000; --bad: #8c1d18; }
  body { font-size: 10pt; } header { padding-top: 0; } main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .figures { grid-template-columns: repeat(4, 1fr); } h2 { break-after: avoid; } tr { break-inside: avoid; } .skip { display: none; }
  @page { margin: 18mm; } }
`);
