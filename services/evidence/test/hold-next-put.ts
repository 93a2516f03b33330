import type { Vault } from '@countersign/shared/vault';
import { vi } from 'vitest';

/** The vault's next put waits until it is let go. */
export function holdNextPut(vault: Pick<Vault, 'put'>) {
  const put = vi.spyOn(vault, 'put');
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  put.mockImplementationOnce(async (object) => {
    await held;
    return vault.put(object);
  });
  return { put, letGo };
}
