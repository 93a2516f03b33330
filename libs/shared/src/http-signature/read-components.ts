import type { InnerList } from 'structured-headers';
import type { Component } from './signature-base.ts';
import { signatureInvalid } from './signature-error.ts';
import { bindingHeaders } from './signature-profile.ts';
import type { ReceivedRequest } from './received-request.ts';

const mostComponents = 16;
/** Printable ASCII: what else a header holds is read differently by different parsers. */
const plainValue = /^[\x20-\x7e]*$/;

/** Each value of a header as received: whoever stands before us might have taken the first of two, or the last. */
export function valuesOf({ rawHeaders }: ReceivedRequest, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.toLowerCase() === name) values.push(rawHeaders[at + 1]!);
  }
  return values;
}

/** The value of a header that stands once. */
export function onlyValueOf(request: ReceivedRequest, name: string): string {
  const [value, ...more] = valuesOf(request, name);
  if (value === undefined || more.length > 0) throw signatureInvalid(`The header ${name} must stand exactly once.`);
  return value.trim();
}

function valueOf(name: string, request: ReceivedRequest): string {
  const { method, target } = request;
  const mark = target.indexOf('?');
  switch (name) {
    case '@method':
      return method;
    case '@path':
      return mark < 0 ? target : target.slice(0, mark);
    case '@query':
      return mark < 0 ? '?' : target.slice(mark);
    case '@authority':
      return onlyValueOf(request, 'host').toLowerCase();
    default:
      if (!/^[a-z0-9-]+$/.test(name)) throw signatureInvalid(`The signature covers ${name}, which is not known here.`);
      return onlyValueOf(request, name);
  }
}

/** What a signature covers, with the values of this request. Throws unless it covers all that it has to. */
export function readComponents([items]: InnerList, request: ReceivedRequest): Component[] {
  if (!request.target.startsWith('/')) throw signatureInvalid('The target of a signed request begins with a slash.');
  if (items.length > mostComponents) throw signatureInvalid(`A signature covers ${mostComponents} components at most.`);
  const components = items.map(([name, parameters]) => {
    if (typeof name !== 'string' || parameters.size > 0) {
      throw signatureInvalid('Components are strings without parameters.');
    }
    const value = valueOf(name, request);
    if (!plainValue.test(value)) throw signatureInvalid(`The value of ${name} is not plain ASCII.`);
    return { name, value };
  });
  const names = new Set(components.map(({ name }) => name));
  if (names.size < components.length) throw signatureInvalid('A component stands twice.');
  for (const needed of neededBy(request)) {
    if (!names.has(needed)) throw signatureInvalid(`The signature does not cover ${needed}.`);
  }
  return components;
}

function neededBy(request: ReceivedRequest): string[] {
  const present = bindingHeaders.filter((name) => valuesOf(request, name).length > 0);
  return [
    '@method',
    '@path',
    ...(request.target.includes('?') ? ['@query'] : []),
    ...(request.hasBody ? ['content-digest'] : []),
    ...present,
  ];
}
