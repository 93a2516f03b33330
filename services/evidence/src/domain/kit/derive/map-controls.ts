import type { KitData } from '../facts/kit-data.ts';
import { textIn, textsIn } from '../facts/read-fields.ts';
import { compareCitations } from './compare-citations.ts';
import { hipaaControls, hipaaSections, readCitation, shownByTheKit } from './hipaa-controls.ts';
import { indexLeaves } from './index-leaves.ts';

/** A citation of the rule, with what of the kit is about it. */
export interface ControlEntry {
  citation: string;
  /** Null: the rule has no such paragraph that we know of; it stands here as it was reported. */
  title: string | null;
  section: string | null;
  bundles: { position: number; bundle_id: string; outcome: string | null; order_id: string | null }[];
  incidents: string[];
}

export interface ControlMap {
  rule: string;
  controls: ControlEntry[];
  shown_by_the_kit: { citation: string; title: string; by: string }[];
}

/** Maps bundles and incidents to the paragraphs of the HIPAA Security Rule that they say they are about. */
export function mapControls({ leaves, bundles }: Pick<KitData, 'leaves' | 'bundles'>): ControlMap {
  const index = indexLeaves(leaves);
  const entries = new Map<string, ControlEntry>();
  const entryOf = (text: string) => {
    const citation = readCitation(text);
    const known = entries.get(citation);
    if (known !== undefined) return known;
    const title = Object.hasOwn(hipaaControls, citation) ? hipaaControls[citation]! : null;
    const section = title === null ? null : (hipaaSections[citation.slice(0, 7)] ?? null);
    const entry: ControlEntry = { citation, title, section, bundles: [], incidents: [] };
    entries.set(citation, entry);
    return entry;
  };
  for (const { position, bundle_id, said } of bundles) {
    for (const control of new Set(said.hipaa_controls.map(readCitation)))
      entryOf(control).bundles.push({ position, bundle_id, outcome: said.outcome, order_id: said.order_id });
  }
  for (const { data } of index.ofType('gateway.incident-reported.v1')) {
    const id = textIn(data, 'incident_id');
    if (id === null) continue;
    for (const control of new Set(textsIn(data, 'hipaa_controls').map(readCitation)))
      entryOf(control).incidents.push(id);
  }
  return {
    rule: 'HIPAA Security Rule, 45 CFR Part 164 Subpart C',
    controls: [...entries.values()].toSorted((a, b) => compareCitations(a.citation, b.citation)),
    shown_by_the_kit: shownByTheKit.map(({ citation, by }) => ({ citation, title: hipaaControls[citation] ?? '', by })),
  };
}
