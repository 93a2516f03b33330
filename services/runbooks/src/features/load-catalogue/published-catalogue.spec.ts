import { runbookSummary } from '@countersign/shared/contracts';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Catalogue, type DecidableIncident, decide, describeRunbook, type Runbook } from '../../domain/index.ts';
import { loadCatalogue } from './load-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await loadCatalogue(fileURLToPath(new URL('../../../catalogue', import.meta.url)));
});

const choose = (incident_type: string, more: Partial<DecidableIncident> = {}): string => {
  const decision = decide({ incident_type, check_type: null, severity: 'medium', details: {}, ...more }, catalogue);
  return decision.tier === 'L1' ? decision.runbook_id : decision.tier;
};

const expectations: Record<string, string[]> = {
  'RB-BACKUP-001': ['backup_failed', 'backup', 'BACKUP-STALE', 'drift:backup', 'backup_service_crashed', 'restic.lock'],
  'RB-RESTORE-001': ['restore_test_failed', 'backup_restore_failed', 'drift:restore', 'restore'],
  'RB-CERT-001': ['certificate-expiry', 'cert_expiring', 'tls_expired', 'drift:certificate'],
  'RB-CPU-001': ['cpu_high', 'high_cpu', 'load_high', 'drift:cpu'],
  'RB-DISK-001': ['disk_full', 'storage', 'low_storage', 'backup_disk_full', 'drift:disk'],
  'RB-SERVICE-001': ['service_crash', 'service_down', 'process_crashed', 'drift:services', 'systemd_unit_failed'],
  'RB-FIREWALL-001': ['drift:firewall', 'firewall_disabled', 'nftables-changed', 'firewall_service_down'],
  'RB-PATCH-001': [
    'patching',
    'update',
    'patch',
    'drift:patching',
    'service_update_failed',
    'security-updates-missing',
  ],
  'RB-DRIFT-001': [
    'drift:whatever',
    'drift',
    'configuration_drift',
    'config_changed',
    'drift:disk_encryption',
    'drift:ntp',
  ],
  L3: ['printer_on_fire', 'download_failed', 'concert', 'update1', 'diskette', 'ransomware', ':::', '火事'],
};

describe('the published catalogue', () => {
  it.each(Object.entries(expectations).flatMap(([id, types]) => types.map((type) => [type, id])))(
    'answers %s with %s',
    (type, id) => {
      expect(choose(type)).toBe(id);
    },
  );

  it('looks at the check where the type says nothing or only that something drifted', () => {
    expect(choose('check_failed', { check_type: 'firewall' })).toBe('RB-FIREWALL-001');
    expect(choose('drift', { check_type: 'patching' })).toBe('RB-PATCH-001');
    expect(choose('check_failed', { check_type: 'printer' })).toBe('L3');
    expect(choose('service_crash', { check_type: 'backup' })).toBe('RB-SERVICE-001');
  });

  it('reaches each runbook, at every severity', () => {
    for (const severity of ['low', 'medium', 'high', 'critical'] as const) {
      const reached = Object.values(expectations).flatMap((types) => choose(types[0]!, { severity }));
      expect(new Set(reached)).toEqual(new Set([...catalogue.runbooks.map((runbook) => runbook.id), 'L3']));
    }
  });

  it('gives no command of a client to an appliance', () => {
    const hostile = {
      unit: 'a;reboot',
      mount_point: '/$(reboot)',
      backup_job: '--all',
      certificate: "a'",
      firewall_unit: 'sshd',
    };
    expect(choose('service_crash', { details: hostile })).toBe('L3');
    expect(choose('disk_full', { details: hostile })).toBe('L3');
    expect(choose('backup_failed', { details: hostile })).toBe('L3');
    expect(choose('firewall_off', { details: hostile })).toBe('L3');
    const decision = decide({ incident_type: 'cert', check_type: null, severity: 'low', details: hostile }, catalogue);
    expect(decision).toMatchObject({ tier: 'L1', parameters: { certificate: 'all' } });
  });

  it('cites the HIPAA controls that the runbooks are known for', () => {
    expect(Object.fromEntries(catalogue.runbooks.map((runbook) => [runbook.id, runbook.hipaa_controls]))).toEqual({
      'RB-BACKUP-001': ['164.308(a)(7)(ii)(A)', '164.310(d)(2)(iv)'],
      'RB-CERT-001': ['164.312(e)(1)', '164.312(a)(2)(iv)'],
      'RB-CPU-001': ['164.308(a)(1)(ii)(D)'],
      'RB-DISK-001': ['164.308(a)(7)(ii)(B)', '164.310(d)(1)'],
      'RB-DRIFT-001': ['164.308(a)(1)(ii)(D)', '164.310(d)(1)'],
      'RB-FIREWALL-001': ['164.312(a)(1)', '164.312(e)(1)'],
      'RB-PATCH-001': ['164.308(a)(5)(ii)(B)'],
      'RB-RESTORE-001': ['164.308(a)(7)(ii)(A)', '164.310(d)(2)(iv)'],
      'RB-SERVICE-001': ['164.308(a)(7)(ii)(C)', '164.312(a)(1)'],
    });
  });

  it('is described as the contract says, and no more', () => {
    const described = catalogue.runbooks.map(describeRunbook);
    expect(described.map((summary) => runbookSummary.strict().parse(summary))).toEqual(described);
  });

  it('holds only commands that a POSIX shell can read', () => {
    for (const { id, name, command } of catalogue.runbooks.flatMap(listCommands)) {
      const check = () => execFileSync('sh', ['-n'], { input: command, stdio: ['pipe', 'ignore', 'pipe'] });
      expect(check, `${id} ${name}`).not.toThrow();
    }
  });

  it('removes nothing outside of its own scratch folders, fetches no program, and keeps no secret', () => {
    const own = /^(\/var\/tmp\/countersign-restore-test|\/var\/lib\/countersign\/rb-[a-z]+-001)$/;
    for (const { id, name, command } of catalogue.runbooks.flatMap(listCommands)) {
      expect(command, `${id} ${name}`).not.toMatch(
        /\brm\b|\bmkfs|\bdd\b|\bshred\b|(curl|wget)[^\n]*\|\s*(ba)?sh|password|reboot|shutdown/i,
      );
      const removed = command
        .split(/\n|;/)
        .flatMap((line) => (/\s-delete\b/.test(line) ? [/find (\S+)/.exec(line)?.[1] ?? line] : []));
      expect(
        removed.filter((folder) => !own.test(folder)),
        `${id} ${name}`,
      ).toEqual([]);
    }
  });
});

function listCommands(runbook: Runbook): { id: string; name: string; command: string }[] {
  const values: Record<string, unknown> = Object.fromEntries(
    runbook.parameters.map(({ name, default: value }) => [name, value]),
  );
  const fill = (command: string) =>
    command.replaceAll(/\{\{([a-z_-]+)\}\}/g, (_text, name: string) => String(values[name]));
  return [
    ...runbook.steps.flatMap(({ id, command, verify_completion }) => [
      { name: id, command },
      ...(verify_completion === undefined ? [] : [{ name: `${id} (verify)`, command: verify_completion.command }]),
    ]),
    ...runbook.rollback.map(({ action, command }) => ({ name: action, command })),
  ].map(({ name, command }) => ({ id: runbook.id, name, command: fill(command) }));
}
