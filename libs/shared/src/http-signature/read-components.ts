import type { HeaderValues } from './header-values.ts';
import type { Component } from './text-to-sign.ts';
import { signatureInvalid } from './signature-error.ts';
import { bindingHeaders } from './signature-profile.ts';
import type { ReceivedRequest } from './received-request.ts';

const mostComponents = 16;
/** Printable ASCII: what else a header holds is read differently by different parsers. */
const plainValue = /^[\x20-\x7e]*$/;
const headerName = /^[a-z0-9-]+$/;

function valueOf(name: string, { method, target }: ReceivedRequest, headers: HeaderValues): string {
  const mark = target.indexOf('?');
  switch (name) {
    case '@method':
      return method;
    case '@path':
      return mark < 0 ? target : target.slice(0, mark);
    case '@query':
      return mark < 0 ? '?' : target.slice(mark);
    case '@authority':
      return headers.only('host').toLowerCase();
    default:
      if (!headerName.test(name)) throw signatureInvalid(`The signature covers ${name}, which is not known here.`);
      return headers.only(name);
  }
}

/** What a signature covers, with the values of this request. Throws unless it covers all that it has to. */
export function readComponents(names: readonly string[], request: ReceivedRequest, headers: HeaderValues): Component[] {
  if (!request.target.startsWith('/')) throw signatureInvalid('The target of a signed request begins with a slash.');
  if (names.length > mostComponents) throw signatureInvalid(`A signature covers ${mostComponents} components at most.`);
  const components = names.map((name, at) => {
    if (names.indexOf(name) !== at) throw signatureInvalid('A component stands twice.');
    const value = valueOf(name, request, headers);
    if (!plainValue.test(value)) throw signatureInvalid(`The value of ${name} is not plain ASCII.`);
    return { name, value };
  });
  const mustCover = (needed: string): void => {
    if (!names.includes(needed)) throw signatureInvalid(`The signature does not cover ${needed}.`);
  };
  mustCover('@method');
  mustCover('@path');
  if (request.target.includes('?')) mustCover('@query');
  if (request.hasBody) mustCover('content-digest');
  for (const name of bindingHeaders) if (headers.has(name)) mustCover(name);
  return components;
}
