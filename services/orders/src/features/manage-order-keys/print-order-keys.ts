import type { OrderKeysReport } from '@countersign/shared/contracts';
import type { Rotation } from './rotate-order-keys.handler.ts';

const timeOf = (instant: string): string => instant.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

function meaningOf(key: OrderKeysReport['keys'][number]): string {
  switch (key.state) {
    case 'announced':
      return `told to appliances since ${timeOf(key.announced_at)}, signs nothing yet`;
    case 'signing':
      return `signs since ${timeOf(key.signs_from ?? key.announced_at)}`;
    case 'previous':
      return `believed until ${timeOf(key.retires_at ?? '')}`;
    case 'retired':
      return `since ${timeOf(key.retires_at ?? '')}; its file can go`;
  }
}

/** The keys and what appliances know of them, for a person. */
export function printOrderKeys({ keys, appliances, diverging }: OrderKeysReport): string {
  const { alive, unreported, behind, foreign } = appliances;
  const lines = keys.map((key) => {
    const isIn = key.state !== 'retired';
    const held = isIn && !key.is_held ? '; NO PROCESS HOLDS IT' : '';
    return `  ${key.key_id}  ${key.state.padEnd(9)}  ${isIn ? `known by ${key.known_by} of ${alive}, ` : ''}${meaningOf(key)}${held}`;
  });
  const counts = [
    `${alive} appliances are alive`,
    `${unreported} say nothing about keys`,
    `${behind} do not know the key that signs yet`,
    ...(foreign > 0 ? [`${foreign} HOLD A KEY THAT IS NOT OURS`] : []),
  ];
  const names = diverging.map(
    (one) =>
      `  ${one.site_id}/${one.host_id}  ${one.reason}: ${one.server_key_ids.join(' ')}, ${timeOf(one.last_checkin)}`,
  );
  return ['Keys of orders', ...lines, counts.join('; '), ...names].join('\n');
}

/** One line on how far a rotation is. */
export function printProgress({ keys, appliances }: OrderKeysReport, keyId: string): string {
  const key = keys.find((one) => one.key_id === keyId);
  const previous = keys.find((one) => one.state === 'previous');
  if (key?.state === 'announced')
    return `${keyId}: announced; ${key.known_by} of ${appliances.alive} appliances know it`;
  if (previous?.retires_at)
    return `${keyId}: signs; ${previous.key_id} is believed until ${timeOf(previous.retires_at)}`;
  return `${keyId}: signs; no other key is believed any more`;
}

export function printRotation({ file, removed_files, report, key_id }: Rotation): string {
  const kept = file === null ? [] : [`Its file: ${file}. Back it up as you do the others.`];
  const removed = removed_files.map((name) => `Removed the file of a retired key: ${name}`);
  const isOver = report.keys.every((key) => key.state !== 'previous');
  const rest = isOver
    ? []
    : ['Nothing is left to do: the previous key retires by itself; its file goes with the next rotation.'];
  return [`Orders are signed with ${key_id}.`, ...kept, ...removed, ...rest].join('\n');
}
