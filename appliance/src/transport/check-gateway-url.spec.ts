import { describe, expect, it } from 'vitest';
import { checkGatewayUrl } from './check-gateway-url.ts';

describe('the URL of the gateway', () => {
  it.each(['https://gateway.example', 'http://127.0.0.1:8000', 'http://localhost:8000/', 'http://[::1]:8000'])(
    'may be %s',
    (url) => expect(() => checkGatewayUrl(url, false)).not.toThrow(),
  );

  it.each([
    ['sends the key in the clear', 'http://gateway.example'],
    ['looks like this machine and is none', 'http://127.0.0.1.evil.example'],
    ['is no web address', 'ftp://gateway.example'],
    ['is no URL', 'gateway'],
    ['holds a password', 'https://user:secret@gateway.example'],
    ['has a query', 'https://gateway.example/?a=1'],
  ])('is refused when it %s', (_why, url) => {
    expect(() => checkGatewayUrl(url, false)).toThrow(expect.objectContaining({ code: 'APPLIANCE.BAD_SETTING' }));
  });

  it('may be plain on a test network when that is said', () => {
    expect(() => checkGatewayUrl('http://gateway:8000', true)).not.toThrow();
  });
});
