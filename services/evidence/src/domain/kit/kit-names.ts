/** A kit of another format is for another verifier. Golden texts in the specs say when it has to become the next one. */
export const kitFormat = 'countersign-kit/1';

const padded = (number: number, digits: number) => String(number).padStart(digits, '0');

/** Where each thing lies in a kit. */
export const kitNames = {
  readme: 'README.txt',
  report: 'report.html',
  manifest: 'manifest.json',
  manifestNote: 'manifest.sig',
  chain: 'chain.json',
  controls: 'controls.json',
  coverage: 'coverage.json',
  keys: 'keys.json',
  signatures: 'signatures.json',
  verifierPage: 'verify.html',
  verifierScript: 'verify.mjs',
  head: 'ledger/checkpoint',
  ledgerKey: 'ledger/key.txt',
  witnesses: 'ledger/witnesses.json',
  bundle: (position: number) => `bundles/${padded(position, 9)}.json`,
  data: (digest: string) => `data/${digest}.json`,
  leaf: (index: number) => `leaves/${padded(index, 12)}.json`,
  proof: (index: number) => `leaves/${padded(index, 12)}.tlog-proof`,
  order: (orderId: string) => `orders/${orderId}.json`,
  runbook: (digest: string) => `runbooks/${digest}.yaml`,
  checkpoint: (size: number) => `ledger/checkpoints/${padded(size, 12)}`,
  cosigned: (size: number) => `ledger/checkpoints/${padded(size, 12)}.cosigned`,
  consistency: (size: number) => `ledger/checkpoints/${padded(size, 12)}.consistency.json`,
  timestamp: (size: number) => `ledger/checkpoints/${padded(size, 12)}.tsr`,
} as const;

/** The number in a name of one of the folders above; undefined for a name that is not exactly what it would be called. */
export function numberOf(name: string, nameOf: (number: number) => string): number | undefined {
  const digits = /\/(\d{9,12})(?=\.|$)/.exec(name)?.[1];
  const number = digits === undefined ? Number.NaN : Number(digits);
  return nameOf(number) === name ? number : undefined;
}

/** JSON as it stands in a kit: for people first, and in one spelling. */
export const jsonFile = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
