import type { InnerList } from 'structured-headers';
import { type HeaderValues, onlyValueOf } from './header-values.ts';
import type { Component } from './text-to-sign.ts';
import { signatureInvalid } from './signature-error.ts';
import { bindingHeaders } from './signature-profile.ts';
import type { ReceivedRequest } from './received-request.ts';

const mostComponents = 16;
/** Printable ASCII: what else a header holds is read differently by different parsers. */
const plainValue = /^[\x20-\x7e]*$/;

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
      return onlyValueOf(headers, 'host').toLowerCase();
    default:
      if (!/^[a-z0-9-]+$/.test(name)) throw signatureInvalid(`The signature covers ${name}, which is not known here.`);
      return onlyValueOf(headers, name);
  }
}

/** What a signature covers, with the values of this request. Throws unless it covers all that it has to. */
export function readComponents([items]: InnerList, request: ReceivedRequest, headers: HeaderValues): Component[] {
  if (!request.target.startsWith('/')) throw signatureInvalid('The target of a signed request begins with a slash.');
  if (items.length > mostComponents) throw signatureInvalid(`A signature covers ${mostComponents} components at most.`);
  const components = items.map(([name, parameters]) => {
    if (typeof name !== 'string' || parameters.size > 0) {
      throw signatureInvalid('Components are strings without parameters.');
    }
    const value = valueOf(name, request, headers);
    if (!plainValue.test(value)) throw signatureInvalid(`The value of ${name} is not plain ASCII.`);
    return { name, value };
  });
  const names = new Set(components.map(({ name }) => name));
  if (names.size < components.length) throw signatureInvalid('A component stands twice.');
  for (const needed of neededBy(request, headers)) {
    if (!names.has(needed)) throw signatureInvalid(`The signature does not cover ${needed}.`);
  }
  return components;
}

function neededBy(request: ReceivedRequest, headers: HeaderValues): string[] {
  return [
    '@method',
    '@path',
    ...(request.target.includes('?') ? ['@query'] : []),
    ...(request.hasBody ? ['content-digest'] : []),
    ...bindingHeaders.filter((name) => headers.has(name)),
  ];
}
