import { html } from '../../domain/kit/report/html.ts';
import { maxKitBytes } from '../../domain/kit/zip/file-name.ts';
import { verifyKitZip } from '../verify-kit.ts';
import type { PageDocument, PageElement, PageFile } from './page-document.ts';
import { renderVerdict } from './render-verdict.ts';

/** Makes the page of `composePage` work: a kit that is dropped on it, or chosen, is judged. */
export function startPage(document: PageDocument): void {
  const find = (id: string): PageElement => {
    const element = document.getElementById(id);
    if (element === null) throw new Error(`The page lacks ${id}.`);
    return element;
  };
  const [input, key, result] = [find('kit'), find('ledger-key'), find('result')];
  let latest: PageFile | undefined;

  const judge = async (file: PageFile | undefined) => {
    if (file === undefined) return;
    latest = file;
    if (file.size > maxKitBytes) {
      result.innerHTML = html`<p class="bad">${file.name} is larger than a kit can be.</p>`.text;
      return;
    }
    result.innerHTML = html`<p class="soft">Looking at ${file.name} …</p>`.text;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const ledgerKey = key.value.trim();
    result.innerHTML = renderVerdict(verifyKitZip(bytes, ledgerKey === '' ? {} : { ledgerKey }));
    document.getElementById('verdict')?.focus();
  };
  const tell = (error: unknown) => {
    result.innerHTML = html`<p class="bad">The file cannot be read: ${String(error)}</p>`.text;
  };

  input.addEventListener('change', () => void judge(input.files?.[0]).catch(tell));
  key.addEventListener('change', () => void judge(latest).catch(tell));
  document.body.addEventListener('dragover', (event) => event.preventDefault());
  document.body.addEventListener('drop', (event) => {
    event.preventDefault();
    void judge(event.dataTransfer?.files[0]).catch(tell);
  });
}
