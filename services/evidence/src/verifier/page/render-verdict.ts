import { html, type Html } from '../../domain/kit/report/html.ts';
import { summarizeVerdict } from '../describe-verdict.ts';
import type { CheckResult, Verdict } from '../verdict.ts';

const tones: Record<Verdict['outcome'], string> = { holds: 'good', fails: 'bad', unreadable: 'bad' };
const shownAtMost = 100;

/** A verdict for the page: what the command prints, in the same words. */
export function renderVerdict(verdict: Verdict): string {
  const { outcome, kit, key, checks, gaps, not_proved } = verdict;
  return html`<h2 class="${tones[outcome]}" id="verdict" tabindex="-1">${summarizeVerdict(verdict)}</h2>
${
  kit !== null &&
  html`<dl class="facts">
<dt>Site</dt><dd>${kit.site_id}</dd>
<dt>Range</dt><dd>${kit.from} to ${kit.to}</dd>
<dt>Ledger</dt><dd><code>${kit.origin}</code>, ${kit.ledger_size} leaves</dd>
<dt>Holds</dt><dd>${kit.leaves} records, ${kit.orders} orders, ${kit.bundles} bundles</dd>
</dl>`
}
${
  key.verifier_key !== null &&
  html`<dl class="facts">
<dt>Ledger’s key</dt><dd><code>${key.verifier_key}</code></dd>
<dt>Fingerprint</dt><dd><code>${key.fingerprint}</code></dd>
</dl>
<p class="${key.known_from_elsewhere ? 'good' : 'warn'}">${key.known_from_elsewhere ? 'This is the key that you gave.' : 'This is the key that the kit itself names. Compare it with the one that you know from elsewhere.'}</p>`
}
<ol class="steps">
${checks.map(renderCheck)}</ol>
${
  kit !== null &&
  html`<h3>${gaps.length > 0 ? 'What is missing, or odd, though on record' : 'Nothing is missing that the ledger knows of'}</h3>
<ul>${gaps.map((gap) => html`<li class="warn">${gap}</li>`)}</ul>`
}
<h3>What this does not prove</h3>
<ul>${not_proved.map((sentence) => html`<li>${sentence}</li>`)}</ul>`.text;
}

function renderCheck({ title, examined, problems, notes }: CheckResult): Html {
  const [kind, word] =
    problems.length > 0 ? ['person', 'fails'] : examined > 0 ? ['sealed', 'holds'] : ['other', 'nothing to check'];
  return html`<li class="${kind}"><span class="what">${title}</span>
<span class="when">${word}${examined > 0 && `, ${examined} looked at`}</span>
<ul>${problems.slice(0, shownAtMost).map(({ file, offset, message }) => html`<li class="bad">${file !== null && html`<code>${file}</code> `}${offset !== undefined && `at byte ${offset} `}${message}</li>`)}${problems.length > shownAtMost && html`<li class="bad">and ${problems.length - shownAtMost} more</li>`}${notes.slice(0, shownAtMost).map((note) => html`<li class="soft">${note}</li>`)}</ul></li>
`;
}
