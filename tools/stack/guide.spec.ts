import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { checkInRequest, incidentRequest } from '@countersign/shared/contracts';
import { renderGuide } from './guide.ts';
import type { StackInfo } from './stack-info.ts';

const info = { gateway_url: 'http://127.0.0.1:8000', log_file: '/l', state_dir: '/s' } as StackInfo;
const commands = renderGuide(info, 'KEY')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line.startsWith('curl'));

/** What a shell makes of a pasted line. */
function argumentsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${command}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('renderGuide', () => {
  it('prints three lines with the key, the address and nothing to fill in', () => {
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      expect(argumentsOf(command)).toContain('authorization: Bearer KEY');
      expect(command).toContain(info.gateway_url);
    }
  });

  it('prints bodies that the contracts accept', () => {
    const [checkIn, incident] = commands
      .slice(0, 2)
      .map((command) => JSON.parse(argumentsOf(command).at(-1)!) as unknown);
    expect(checkInRequest.parse(checkIn)).toMatchObject({ site_id: 'demo-clinic', host_id: 'box-1' });
    expect(incidentRequest.parse(incident)).toMatchObject({ site_id: 'demo-clinic', host_id: 'box-1' });
  });
});
