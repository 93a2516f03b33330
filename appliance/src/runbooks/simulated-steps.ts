/** What the simulation pretends to do, by runbook; the runbooks themselves, with their commands, are the server's. */
const stepsOfRunbook: Readonly<Record<string, readonly string[]>> = {
  'RB-BACKUP-001': ['read_backup_log', 'check_free_space', 'check_repository', 'restart_backup_unit', 'run_backup'],
  'RB-RESTORE-001': ['choose_snapshot', 'restore_to_scratch', 'compare_checksums', 'remove_scratch'],
  'RB-CERT-001': ['read_certificate', 'renew_certificate', 'reload_server', 'check_served_certificate'],
  'RB-CPU-001': ['find_busiest_unit', 'cap_unit', 'measure_load'],
  'RB-DISK-001': ['measure_disk', 'vacuum_journal', 'remove_old_files', 'measure_disk'],
  'RB-DRIFT-001': ['record_difference', 'apply_configuration', 'compare_configuration'],
  'RB-SERVICE-001': ['read_unit_log', 'restart_unit', 'check_unit'],
  'RB-FIREWALL-001': ['keep_rules', 'load_declared_rules', 'check_policy', 'check_reach'],
  'RB-PATCH-001': ['list_updates', 'build_system', 'switch_system', 'check_units'],
};

const anyRunbook = ['inspect', 'repair', 'check'];

/** The names of the steps, in order. */
export function simulatedStepsOf(runbookId: string): readonly string[] {
  return Object.hasOwn(stepsOfRunbook, runbookId) ? stepsOfRunbook[runbookId]! : anyRunbook;
}
