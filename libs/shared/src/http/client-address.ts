import { isIP, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** `1.2.3.4:567` and `[::1]:567`, as some proxies write them, without their port. */
const withoutPort = (text: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;

/** The eight groups of an IPv6 address, zeros filled in. */
function groupsOf(address: string): string[] {
  const [head, tail] = address.split('%', 1)[0]!.split('::') as [string, string?];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
}

/**
 * The address that is counted: of IPv6 the network (/64), for a subscriber has all of it and would never use an
 * address twice; IPv4 in IPv6 clothes is IPv4.
 */
export function countedAddress(address: string): string {
  const plain = mapped.exec(address)?.[1] ?? address;
  if (!isIPv6(plain)) return plain;
  const network = groupsOf(plain).slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/**
 * Where a request comes from, as `countedAddress`, behind exactly `hops` proxies of our own. Each appends to `X-Forwarded-For` whom it
 * talked to, so the true entry is the `hops`-th from the right; what stands left of it was written by the caller and
 * means nothing. Fewer entries, or one that is no address: not our proxies' work, so the peer of the connection counts.
 */
export function clientAddressOf(request: Pick<FastifyRequest, 'headers' | 'ip'>, hops: number): string {
  if (hops === 0) return countedAddress(request.ip);
  const header = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  const entry = withoutPort((entries.at(-hops) ?? '').trim());
  return countedAddress(isIP(entry) === 0 ? request.ip : entry);
}
