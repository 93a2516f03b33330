/** The files of a kit by name. */
export type KitFiles = ReadonlyMap<string, Uint8Array>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A file as text; undefined when it is not there or no UTF-8. */
export function readText(files: KitFiles, name: string): string | undefined {
  const bytes = files.get(name);
  if (bytes === undefined) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
