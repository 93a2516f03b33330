import { sha256Hex } from '@countersign/shared/crypto';
import { crc32 } from '../../domain/kit/zip/crc32.ts';
import { sourceOf, type ZipSource } from '../../domain/kit/zip/write-zip.ts';

/** A file of a kit, with what the manifest says about it. */
export interface KitFile extends ZipSource {
  sha256: string;
}

/** A file whose content is at hand. */
export function fileOf(name: string, content: string | Uint8Array): KitFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { ...sourceOf(name, bytes), sha256: sha256Hex(bytes) };
}

/** A file whose content is looked at now and read again when it is written. */
export function fileReadTwice(name: string, bytes: Uint8Array, readAgain: () => Promise<Uint8Array>): KitFile {
  return {
    name,
    size: bytes.length,
    crc32: crc32(bytes),
    sha256: sha256Hex(bytes),
    async *read() {
      yield await readAgain();
    },
  };
}
