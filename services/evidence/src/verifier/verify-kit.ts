import { sha256Hex } from '@countersign/shared/crypto';
import { parseVkey, signatureType, type VerifierKey } from '@countersign/shared/ledger';
import { listGaps } from '../domain/kit/derive/list-gaps.ts';
import { measureCoverage } from '../domain/kit/derive/measure-coverage.ts';
import { kitFormat, kitNames } from '../domain/kit/kit-names.ts';
import { formatOf, type Manifest, parseManifest } from '../domain/kit/manifest.ts';
import { readZip } from '../domain/kit/zip/read-zip.ts';
import { checkBundles } from './check-bundles.ts';
import { checkChain } from './check-chain.ts';
import { checkDecisions } from './check-decisions.ts';
import { checkDerived } from './check-derived.ts';
import { checkHead, checkLeaves } from './check-leaves.ts';
import { checkManifest, reasonOf } from './check-manifest.ts';
import { checkOrders } from './check-orders.ts';
import { checkWitnesses } from './check-witnesses.ts';
import { Examination } from './examination.ts';
import { type KitFiles, readText } from './kit-files.ts';
import { type OpenKit, readKit } from './read-kit.ts';
import { notProved, type Verdict } from './verdict.ts';

export interface VerifyKitOptions {
  /** The ledger's key as the auditor knows it from elsewhere (C2SP vkey); without it the kit's own word is taken. */
  ledgerKey?: string | undefined;
}

/** Judges a kit by the bytes of its ZIP. It never throws, whatever the bytes are. */
export function verifyKitZip(bytes: Uint8Array, options: VerifyKitOptions = {}): Verdict {
  const examination = new Examination();
  const container = examination.check('container');
  const reading = readZip(bytes);
  if (reading.ok) {
    for (const _ of reading.files) container.examine();
    return judge(reading.files, options, examination);
  }
  for (const { file, offset, message } of reading.faults) container.problem(file, message, offset);
  // Where a ZIP begins like one it is a damaged kit; anything else is none.
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return verdictOf(isZip ? 'fails' : 'unreadable', examination, options.ledgerKey);
}

/** Judges a kit that was unpacked: the same, but for the ZIP around it. */
export function verifyKitFiles(files: KitFiles, options: VerifyKitOptions = {}): Verdict {
  const examination = new Examination();
  examination.check('container').note('These are the files of an unpacked kit: there is no ZIP to look at.');
  return judge(new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))), options, examination);
}

function judge(files: KitFiles, options: VerifyKitOptions, examination: Examination): Verdict {
  try {
    return judgeFiles(files, options, examination);
  } catch (error) {
    // A kit that makes the verifier stumble is none that we made.
    examination.check('manifest').problem(null, `the kit cannot be read to its end: ${reasonOf(error)}`);
    return verdictOf('fails', examination, options.ledgerKey);
  }
}

function judgeFiles(files: KitFiles, { ledgerKey }: VerifyKitOptions, examination: Examination): Verdict {
  const check = examination.check('manifest');
  const text = readText(files, kitNames.manifest);
  const manifest = text === undefined ? undefined : parseManifest(text);
  if (text === undefined || manifest === undefined) {
    const format = formatOf(text ?? '');
    const isForeign = format !== null && format !== kitFormat;
    if (text === undefined) check.problem(kitNames.manifest, 'it is missing: this is no kit');
    else if (isForeign)
      check.problem(kitNames.manifest, `the kit has the format ${format}, and this verifier reads ${kitFormat}`);
    else check.problem(kitNames.manifest, 'it is not in the one spelling of a manifest');
    return verdictOf(text === undefined || isForeign ? 'unreadable' : 'fails', examination, ledgerKey);
  }
  const key = chooseKey(manifest, ledgerKey, examination);
  checkManifest(files, manifest, key, check);
  const kit = readKit(files, manifest, examination);
  if (key !== undefined) checkLedger(kit, key, examination);
  checkOrders(kit, examination.check('orders'));
  checkDecisions(kit, examination.check('decisions'));
  checkBundles(kit, examination.check('bundles'));
  checkChain(kit, examination.check('chain'));
  checkDerived(kit, examination.check('derived'));
  return verdictOf(examination.failed ? 'fails' : 'holds', examination, ledgerKey, kit);
}

function checkLedger(kit: OpenKit, key: VerifierKey, examination: Examination): void {
  const head = checkHead(kit, key, examination.check('checkpoint'));
  if (head === undefined) return;
  checkLeaves(kit, head, examination);
  checkWitnesses(kit, key, head, examination.check('witnesses'));
}

/** The auditor's key where there is one, else the kit's own. */
function chooseKey(manifest: Manifest, known: string | undefined, examination: Examination): VerifierKey | undefined {
  const check = examination.check('key');
  check.examine();
  if (known === undefined)
    check.note(
      'The key is the one that the kit itself names. Compare its fingerprint with one that you know from elsewhere.',
    );
  else
    check.demand(
      known === manifest.ledgerKey,
      kitNames.manifest,
      `the kit is of another ledger: it names the key ${manifest.ledgerKey}`,
    );
  try {
    const key = parseVkey(known ?? manifest.ledgerKey);
    if (key.type === signatureType.ed25519) return key;
    check.problem(null, 'the key is one of a witness, not of a ledger');
  } catch (error) {
    check.problem(known === undefined ? kitNames.manifest : null, reasonOf(error));
  }
  return undefined;
}

function verdictOf(
  outcome: Verdict['outcome'],
  examination: Examination,
  ledgerKey: string | undefined,
  kit?: OpenKit,
): Verdict {
  const verifierKey = ledgerKey ?? kit?.manifest.ledgerKey ?? null;
  return {
    outcome,
    kit: kit === undefined ? null : summarize(kit),
    key: {
      verifier_key: verifierKey,
      fingerprint: verifierKey === null ? null : sha256Hex(verifierKey),
      known_from_elsewhere: ledgerKey !== undefined,
    },
    checks: examination.results,
    gaps: kit === undefined ? [] : listGaps(measureCoverage(kit.data)),
    not_proved: notProved,
  };
}

function summarize({ data }: OpenKit): Verdict['kit'] {
  const { range, head, leaves, bundles } = data;
  return {
    site_id: range.siteId,
    from: range.from,
    to: range.to,
    origin: head.origin,
    ledger_size: head.size,
    leaves: leaves.length,
    bundles: bundles.length,
    orders: leaves.filter(({ type }) => type === 'orders.issued.v1').length,
  };
}
