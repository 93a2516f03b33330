/** Files of a ZIP without ZIP64, and of what an auditor's computer unpacks without trouble. */
export const maxFiles = 65_535;
/** Bytes of the largest kit: browsers and Node hold one in memory. */
export const maxKitBytes = 1024 ** 3;

const part = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Windows opens a device instead of a file of these names, whatever stands behind a dot. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** Why a name cannot be that of a file in a kit; undefined when it can. No part of one leads out of the folder that it is unpacked into. */
export function findNameFault(name: string): string | undefined {
  if (name.length > 200) return 'it is longer than 200 characters';
  const parts = name.split('/');
  if (parts.length > 4) return 'it lies too deep';
  if (parts.some((one) => one === '..' || one === '.')) return 'it leads out of its folder';
  if (name.startsWith('/') || name.includes('\\') || name.includes(':')) return 'it is not a relative path';
  if (!parts.every((one) => part.test(one) && !one.endsWith('.') && !device.test(one)))
    return 'a part of it is not 1 to 100 of A-Z a-z 0-9 . _ -, the first a letter or digit';
  return undefined;
}

/** The order of files in a kit: by the code units of their names, which are ASCII. */
export const compareNames = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
