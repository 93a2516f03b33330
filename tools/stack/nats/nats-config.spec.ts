import { describe, expect, it } from 'vitest';
import { renderNatsConfig } from './nats-config.ts';
import { parseClientPort } from './ports-file.ts';

describe('renderNatsConfig', () => {
  const text = renderNatsConfig({ folder: '/a folder/"nats"', accounts: 'accounts { A { users: [] } }\n', port: -1 });

  it('listens on the loopback interface only and knows the users that it is given', () => {
    expect(text).toContain('host: "127.0.0.1"');
    expect(text).toContain('accounts { A { users: [] } }');
  });

  it('opens no monitoring port, which would need no password', () => {
    expect(text).not.toContain('http');
  });

  it('quotes a path with spaces and quotation marks', () => {
    expect(text).toContain('store_dir: "/a folder/\\"nats\\"/store"');
  });
});

describe('parseClientPort', () => {
  it('reads the port that the server picked', () => {
    expect(parseClientPort('{"nats":["nats://127.0.0.1:37613"]}')).toBe(37613);
  });

  it.each(['', '{"nats":["nats://127', '{}', '{"nats":[]}'])('waits while the file holds only %j', (text) => {
    expect(parseClientPort(text)).toBeUndefined();
  });
});
