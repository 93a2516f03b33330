/** Text that is HTML already. Only the tag below makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

const replacements: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What is seen nowhere and turns text round, or ends a line of it, is shown as its code. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

export function escapeHtml(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => replacements[character]!)
    .replaceAll(invisible, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

function print(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(print).join('');
  return escapeHtml(String(part));
}

/** HTML of a template: whatever is put into it is text, and escaped, unless this tag made it. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, string, at) => text + print(parts[at - 1]) + string));
}
