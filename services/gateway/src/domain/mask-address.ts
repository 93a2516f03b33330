/** What of a counted address is shown to people: the network, /24 of IPv4 and /48 of IPv6. */
export function maskAddress(address: string): string {
  if (address.includes(':')) return `${address.split(':').slice(0, 3).join(':')}::/48`;
  return `${address.split('.').slice(0, 3).join('.')}.0/24`;
}
