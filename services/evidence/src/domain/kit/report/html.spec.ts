import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

describe('html', () => {
  it('escapes whatever is put in, also in an attribute, and what it made itself only once', () => {
    const hostile = `"><script>alert('x')</script>&`;
    const inner = html`<b title="${hostile}">${hostile}</b>`;
    const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;';
    expect(html`<p>${inner}${[hostile, 1, null, false, undefined]}</p>`.text).toBe(
      `<p><b title="${escaped}">${escaped}</b>${escaped}1</p>`,
    );
  });

  it('shows what would turn the text round or end a line as its code', () => {
    expect(html`${'a\u202eb\u0000c\nd\ud800'}`.text).toBe('a\\u202eb\\u0000c\\u000ad\\ud800');
  });
});
