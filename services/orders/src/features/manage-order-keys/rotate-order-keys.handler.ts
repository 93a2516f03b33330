import type { OrderKeysReport } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';
import type { OrderKeyRepository } from '../../persistence/order-key.repository.ts';
import type { KeyFiles } from './key-files.ts';

export interface RotateOrderKeysOptions {
  describe: () => Promise<OrderKeysReport>;
  repository: Pick<OrderKeyRepository, 'hurry' | 'endPrevious'>;
  files: KeyFiles;
  wait: (ms: number) => Promise<unknown>;
  /** Called again and again while there is something to wait for. */
  onProgress: (report: OrderKeysReport, keyId: string) => void;
}

export interface RotationWanted {
  /** The key that signs is in the wrong hands: nobody waits for anybody. */
  isCompromised: boolean;
  /** Waits until the previous key is retired, not only until the new one signs. */
  untilRetired: boolean;
}

export interface Rotation {
  key_id: string;
  /** Null when the rotation had begun before. */
  file: string | null;
  /** Files of retired keys, which are gone now. */
  removed_files: string[];
  report: OrderKeysReport;
}

export type RotateOrderKeys = (wanted: RotationWanted) => Promise<Rotation>;

const noticedWithinMs = 15_000;
const lookEveryMs = 500;

/**
 * Makes a new key and follows it until it signs. The processes of orders do the rest by themselves, also when nobody
 * watches any more. Throws AppError `KEYS.ROTATION_UNDER_WAY`, `KEYS.NOBODY_SIGNS` or `KEYS.NOT_NOTICED`.
 */
export function createRotateOrderKeys(options: RotateOrderKeysOptions): RotateOrderKeys {
  const { describe, repository, files, wait, onProgress } = options;

  async function begin({ isCompromised }: RotationWanted): Promise<{ keyId: string; file: string | null }> {
    const { keys } = await describe();
    const announced = keys.find((key) => key.state === 'announced');
    const isUnderWay = keys.some((key) => key.state === 'announced' || key.state === 'previous');
    if (isUnderWay && !isCompromised) {
      throw new AppError(
        'KEYS.ROTATION_UNDER_WAY',
        'conflict',
        'A rotation is under way; see `npm run keys -- status`.',
      );
    }
    if (announced) return { keyId: announced.key_id, file: null };
    if (!keys.some((key) => key.state === 'signing' && key.is_held)) {
      throw new AppError('KEYS.NOBODY_SIGNS', 'unavailable', 'No process of orders runs that could take a new key.');
    }
    if (isCompromised) await repository.endPrevious(); // two keys at a time: the stolen one has to make room
    return files.create();
  }

  async function untilNoticed(keyId: string): Promise<void> {
    const deadline = performance.now() + noticedWithinMs;
    for (;;) {
      const { keys } = await describe();
      if (keys.some((key) => key.key_id === keyId)) return;
      if (performance.now() > deadline) {
        throw new AppError(
          'KEYS.NOT_NOTICED',
          'unavailable',
          'The new key was written, but no process of orders has found it: is ORDER_KEYS_DIR the same folder for both?',
        );
      }
      await wait(lookEveryMs);
    }
  }

  async function until(keyId: string, isReached: (report: OrderKeysReport) => boolean): Promise<OrderKeysReport> {
    for (;;) {
      const report = await describe();
      onProgress(report, keyId);
      if (isReached(report)) return report;
      await wait(lookEveryMs);
    }
  }

  async function removeRetired(report: OrderKeysReport): Promise<string[]> {
    return files.remove(new Set(report.keys.filter((key) => key.state === 'retired').map((key) => key.key_id)));
  }

  return async (wanted) => {
    const { keyId, file } = await begin(wanted);
    await untilNoticed(keyId);
    if (wanted.isCompromised) await repository.hurry(keyId);
    const isSigning = ({ keys }: OrderKeysReport) =>
      keys.some((key) => key.key_id === keyId && key.state !== 'announced');
    const isOver = (seen: OrderKeysReport) => isSigning(seen) && seen.keys.every((key) => key.state !== 'previous');
    const report = await until(keyId, wanted.untilRetired ? isOver : isSigning);
    return { key_id: keyId, file, removed_files: await removeRetired(report), report };
  };
}
