/** Look of the preview: a pull request on GitHub, light and dark, from 360 px. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #fff; --box: #fff; --bar: #f6f8fa; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --soft: #d1d9e0b3;
  --link: #0969da; --code: #818b981f; --stripe: #f6f8fa;
  --note: #0969da; --tip: #1a7f37; --important: #8250df; --warning: #9a6700; --caution: #d1242f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --box: #0d1117; --bar: #151b23; --text: #f0f6fc; --quiet: #9198a1; --line: #3d444d; --soft: #3d444db3;
    --link: #4493f8; --code: #656c7633; --stripe: #151b23;
    --note: #4493f8; --tip: #3fb950; --important: #ab7df8; --warning: #d29922; --caution: #f85149;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text); overflow-wrap: break-word;
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", "Liberation Sans", "DejaVu Sans", Helvetica, Arial, sans-serif;
}
main { max-width: 860px; margin: 0 auto; padding: 16px; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.top { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; margin: 8px 0 20px; }
h1 { font-size: 20px; line-height: 1.3; margin: 0; font-weight: 600; flex: 1 1 auto; }
.top nav { display: flex; gap: 16px; }
.top p { flex-basis: 100%; margin: 0; color: var(--quiet); }
.box { border: 1px solid var(--line); border-radius: 6px; background: var(--box); margin: 0 0 20px; }
.bar {
  display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; padding: 8px 16px; color: var(--quiet);
  background: var(--bar); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; font-size: 14px; font-weight: 400; margin: 0;
}
.bar strong { color: var(--text); font-weight: 600; }
.tag { border: 1px solid var(--line); border-radius: 2em; padding: 0 7px; font-size: 12px; line-height: 18px; }
.body { padding: 16px; }
.body > :first-child { margin-top: 0; }
.body > :last-child { margin-bottom: 0; }
p, ul, details, .alert, .scroll { margin: 0 0 16px; }
ul { padding-left: 24px; }
li + li { margin-top: 4px; }
h3 { font-size: 17.5px; line-height: 1.3; margin: 28px 0 12px; padding-top: 20px; border-top: 1px solid var(--soft); font-weight: 600; }
h4 { font-size: 14px; line-height: 1.3; margin: 24px 0 12px; font-weight: 600; }
code {
  font: 85%/1.45 ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  padding: .2em .4em; background: var(--code); border-radius: 6px; white-space: break-spaces;
}
sub { font-size: 75%; vertical-align: baseline; color: var(--quiet); }
td sub { display: inline-block; padding-top: 2px; }
.alert { border-left: 4px solid var(--kind); padding: 4px 0 4px 16px; }
.alert > :last-child { margin-bottom: 0; }
.alert p { margin-bottom: 8px; }
.alert-title { color: var(--kind); font-weight: 500; }
.note { --kind: var(--note); } .tip { --kind: var(--tip); } .important { --kind: var(--important); }
.warning { --kind: var(--warning); } .caution { --kind: var(--caution); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: 6px 13px; text-align: left; vertical-align: top; min-width: 34px; }
th { font-weight: 600; white-space: nowrap; }
tbody tr:nth-child(2n) { background: var(--stripe); }
.number { text-align: right; white-space: nowrap; }
summary { cursor: pointer; }
details[open] > summary { margin-bottom: 12px; }
details > :last-child { margin-bottom: 0; }
details > :not(summary) { margin-left: 0; }
.check { display: flex; gap: 10px; align-items: baseline; padding: 12px 16px; }
.check .dot { flex: none; width: 12px; height: 12px; border-radius: 50%; background: var(--kind); align-self: center; }
.check p { margin: 0; min-width: 0; flex: 1; }
.check .tag { flex: none; color: var(--quiet); }
.box > details { margin: 0; border-top: 1px solid var(--line); }
.box > details > summary { padding: 10px 16px; color: var(--quiet); margin: 0; }
.box > details > .body { border-top: 1px solid var(--soft); }
.foot { color: var(--quiet); font-size: 12px; margin: 0 0 24px; }
@media (max-width: 480px) {
  main { padding: 10px; }
  .body { padding: 12px; }
  .bar, .check { padding-left: 12px; padding-right: 12px; }
  th, td { padding: 5px 9px; }
}
`;
