import { sha256 } from '@countersign/shared/crypto';
import { encodeBase64 } from '@countersign/shared/ledger';
import { html, Html } from '../../domain/kit/report/html.ts';
import { renderHead } from '../../domain/kit/report/render-head.ts';
import { style } from '../../domain/kit/report/report-style.ts';

const pageStyle = new Html(`${style.text}
#drop { border: 2px dashed var(--line); border-radius: .8rem; padding: 2rem; text-align: center; background: var(--tint); margin: 1.5rem 0; }
label { display: block; font-weight: 600; margin-bottom: .35rem; }
input[type=text] { width: 100%; font: .9em ui-monospace, Menlo, Consolas, monospace; padding: .55rem .7rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--paper); color: var(--ink); }
`);

const hashOf = (text: string) => `'sha256-${encodeBase64(sha256(new TextEncoder().encode(text)))}'`;

/**
 * `verify.html`: the verifier as one page. `script` is the whole verifier, the same as verify.mjs. Its policy lets this
 * script run and nothing else, and no connection be made.
 */
export function composePage(script: string): string {
  if (/<\/script|<!--/i.test(script)) throw new Error('The script would end the element that it stands in.');
  const title = html`Verify an auditor’s kit`;
  const allowed = new Html(`script-src ${hashOf(script)}; style-src ${hashOf(pageStyle.text)}`);
  return html`${renderHead({ title, allowed, style: pageStyle })}
<body>
<header>
<p class="soft">Countersign</p>
<h1>Verify an auditor’s kit</h1>
<p>Everything happens in this page: it makes no connection, and its policy forbids one. Take it from a source that you trust, not from
the kit that it is to judge.</p>
</header>
<main>
<p><label for="ledger-key">The ledger’s key, as you know it from elsewhere</label>
<input type="text" id="ledger-key" autocomplete="off" spellcheck="false" placeholder="name+id+key (optional, and the proof is worth little without)"></p>
<div id="drop"><label for="kit">Drop the ZIP anywhere on this page, or choose it</label><input type="file" id="kit" accept=".zip,application/zip"></div>
<div id="result" aria-live="polite"></div>
</main>
<footer><p>The same verifier runs without a browser: <code>node verify.mjs kit.zip</code>.</p></footer>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}
