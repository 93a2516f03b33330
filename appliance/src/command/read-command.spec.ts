import { describe, expect, it } from 'vitest';
import { readCommand } from './read-command.ts';

const env = {
  COUNTERSIGN_URL: 'https://gateway',
  COUNTERSIGN_KEY: 'csk_secret',
  COUNTERSIGN_SITE: 'clinic-7',
  COUNTERSIGN_HOST: 'box-1',
};
const read = (line: string, changes: Record<string, string | undefined> = {}) =>
  readCommand(line.split(' ').filter(Boolean), { ...env, ...changes });

describe('the command line', () => {
  it('takes its settings from the environment, and options come first', () => {
    expect(read('check-in --host box-2')).toMatchObject({
      work: { name: 'check-in' },
      settings: { gatewayUrl: 'https://gateway', apiKey: 'csk_secret', siteId: 'clinic-7', hostId: 'box-2' },
    });
  });

  it('reads a report and a drift', () => {
    const details = '{"volume":"/data"}';
    expect(read(`report --type disk_full --severity HIGH --details ${details}`)!.work).toMatchObject({
      report: { incident_type: 'disk_full', severity: 'high', details: { volume: '/data' } },
    });
    expect(read('drift --check firewall --no-drift')!.work).toMatchObject({
      report: { check_type: 'firewall', drifted: false },
    });
  });

  it.each(['', '--help', 'run --help'])('prints its usage for "%s"', (line) => {
    expect(read(line)).toBeUndefined();
  });

  it.each([
    ['fly', /no command "fly"/],
    ['report --severity high', /--type is missing/],
    ['report --type t --severity dire', /--severity is low/],
    ['report --type t --severity low --details []', /--details is a JSON object/],
    ['report --type t --severity low --details {', /--details is a JSON object/],
    ['drift', /--check is missing/],
    ['run --interval 0', /--interval/],
    ['run now', /What is "now"/],
    ['check-in --key-file /does/not/exist', /cannot be read/],
  ])('says what is wrong with "%s"', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  it('names the variable that is missing, and never a key', () => {
    expect(() => read('check-in', { COUNTERSIGN_SITE: undefined })).toThrow(/--site \(or COUNTERSIGN_SITE\)/);
    expect(() => read('check-in --key csk_other', { COUNTERSIGN_URL: '' })).toThrow(/^(?!.*csk_)/);
  });
});
