import { type KitLeaf, readLeaf } from '../../domain/kit/facts/kit-leaf.ts';
import { nameRelated } from '../../domain/kit/derive/name-related.ts';
import { isInRange } from '../../domain/kit/facts/kit-data.ts';
import { numberIn } from '../../domain/kit/facts/read-fields.ts';
import { kitTooLarge } from '../../domain/kit-errors.ts';
import type { FoundLeaf, KitQuestion, KitRepository } from '../../persistence/kit.repository.ts';

/** Three files each at most, and a ZIP lists 65,535. */
const maxLeaves = 20_000;
/** They are held in memory while a kit is made. */
const maxLeafBytes = 64 * 1024 * 1024;
const readAtOnce = 1_000;

export interface CollectedLeaf extends KitLeaf {
  /** The data that it names instead of having it. */
  dataText: string | null;
}

/**
 * The leaves of a kit, by index: those of its range, and those that stand behind them, until nothing more does. Throws
 * AppError `EVIDENCE.KIT_TOO_LARGE` (unprocessable).
 */
export async function collectLeaves(
  question: KitQuestion,
  repository: Pick<KitRepository, 'findLeaves' | 'findNamed' | 'findBundles' | 'readTexts'>,
  signal: AbortSignal | undefined,
): Promise<CollectedLeaf[]> {
  const leaves = new Map<number, CollectedLeaf>();
  const asked = new Set<string>();
  let bytes = 0;

  async function take(found: readonly FoundLeaf[]): Promise<CollectedLeaf[]> {
    const fresh = found.filter(({ index }) => !leaves.has(index));
    bytes += fresh.reduce((sum, leaf) => sum + leaf.bytes, 0);
    if (leaves.size + fresh.length > maxLeaves || bytes > maxLeafBytes)
      throw kitTooLarge({ leaves_at_most: maxLeaves, bytes_of_leaves_at_most: maxLeafBytes });
    const taken: CollectedLeaf[] = [];
    for (let at = 0; at < fresh.length; at += readAtOnce) {
      signal?.throwIfAborted();
      const rows = await repository.readTexts(fresh.slice(at, at + readAtOnce).map(({ index }) => index));
      taken.push(...rows.map(({ index, text, data }) => openLeaf(index, text, data)));
    }
    for (const leaf of taken) leaves.set(leaf.index, leaf);
    return taken;
  }

  const { siteId, from, to } = question;
  let fresh = await take(await repository.findLeaves(question, maxLeaves + 1));
  const positions = fresh
    .filter(({ type, time }) => type === 'evidence.recorded.v1' && isInRange({ siteId, from, to }, time))
    .flatMap(({ data }) => numberIn(data, 'position') ?? []);
  // Between the first and the last bundle of the range every position that is sealed belongs to it, whenever that was.
  let span: [number, number] | undefined;
  for (const position of positions)
    span = [Math.min(span?.[0] ?? position, position), Math.max(span?.[1] ?? position, position)];
  const isNew = (name: string) => !asked.has(name) && asked.add(name);
  while (fresh.length > 0) {
    const names = nameRelated(fresh);
    const orderIds = [...names.orderIds].filter((id) => isNew(`order ${id}`));
    const bundles =
      span === undefined && orderIds.length === 0 ? [] : await repository.findBundles(siteId, span, orderIds);
    span = undefined;
    const evidenceIds = [...names.evidenceIds, ...bundles].filter((id) => isNew(`bundle ${id}`));
    const events = [...names.events, ...evidenceIds.map((id) => `/evidence recorded:${id}`)].filter(isNew);
    if (events.length === 0 && evidenceIds.length === 0) break;
    const ids = events.map((name) => {
      const space = name.indexOf(' ');
      return { source: name.slice(0, space), eventId: name.slice(space + 1) };
    });
    fresh = await take(await repository.findNamed(question, { ids, evidenceIds }));
  }
  return [...leaves.values()].toSorted((a, b) => a.index - b.index);
}

function openLeaf(index: number, text: string, data: string | null): CollectedLeaf {
  const leaf = readLeaf(index, text, data ?? undefined);
  if (leaf === undefined) throw new Error(`Leaf ${index} of the ledger is no canonical event.`);
  return { ...leaf, dataText: data };
}
