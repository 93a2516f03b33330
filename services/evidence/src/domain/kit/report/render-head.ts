import { html, type Html } from './html.ts';

export interface PageHead {
  title: Html;
  /** What the policy lets the page use, as directives; all else is forbidden. */
  allowed: Html;
  style: Html;
}

/** How each page of a kit begins: it stands alone, loads nothing, sends nothing and tells nobody where it was opened. */
export function renderHead({ title, allowed, style }: PageHead): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${allowed}; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>`;
}
