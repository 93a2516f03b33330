import { describe, expect, it } from 'vitest';
import { referenceOf } from '../../domain/keys-command.ts';
import { readKeysCommand } from './read-keys-command.ts';

const id = '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10';
const read = (text: string) => readKeysCommand(text.split(' ').filter((word) => word !== ''));

describe('the keys command', () => {
  it('shows its usage when nothing is asked of it', () => {
    expect(read('')).toBeUndefined();
    expect(read('create --help')).toBeUndefined();
  });

  it('takes what each command is for', () => {
    expect(read('create --kind approver --site clinic-1 --hours 8 --json')).toEqual({
      name: 'create',
      json: true,
      options: { kind: 'approver', site: 'clinic-1', hours: 8 },
    });
    expect(read(`token --principal ${id}`)).toMatchObject({ options: { principal: id, hours: 24 } });
    expect(read('link --name A --issuer https://i/ --subject s')).toMatchObject({ name: 'link' });
    expect(read(`revoke ${id}`)).toMatchObject({ options: { id } });
  });

  it.each([
    'no-such',
    'toString',
    '__proto__',
    'create --kind emperor',
    'create --kind agent --namespace ../x',
    'create --kind agent --subject s',
    'create --kind agent --hours 0',
    'create --kind agent --hours x',
    'create --kind agent --scopes evidence:retain',
    'token --name A --hours 745',
    'token --name A --site clinic-1',
    'link --name A --issuer i',
    'revoke x',
    'revoke',
    `revoke ${id} ${id}`,
    `list ${id}`,
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow();
  });

  it('wants a principal named in one way', () => {
    expect(referenceOf({ principal: id })).toEqual({ id });
    expect(referenceOf({ name: 'A' })).toEqual({ name: 'A' });
    expect(() => referenceOf({})).toThrow('--principal');
    expect(() => referenceOf({ principal: id, name: 'A' })).toThrow('--principal');
  });
});
