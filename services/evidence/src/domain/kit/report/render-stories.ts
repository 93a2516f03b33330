import type { Story, StoryStep } from '../derive/build-stories.ts';
import { kitNames } from '../kit-names.ts';
import { html, type Html } from './html.ts';
import { fileLink, readableSpan, readableTime } from './readable.ts';

const tones: Record<Story['state'], string> = { resolved: 'good', 'with a person': 'warn', open: 'soft' };

/** A timeline per incident: reported, decided, ordered, delivered, acknowledged, evidence, sealed. */
export function renderStories(stories: readonly Story[]): Html {
  if (stories.length === 0)
    return html`<h2 id="incidents">Incidents</h2>
<p>No incident was reported in this time.</p>`;
  return html`<h2 id="incidents">Incidents</h2>
${stories.map(renderStory)}`;
}

function renderStory(story: Story): Html {
  const { incidentId, hostId, incidentType, severity, state, hipaaControls, orderIds, bundles, traceId, steps } = story;
  return html`<article id="incident-${incidentId}">
<div class="head"><h3>${incidentType || 'Incident'} on ${hostId || 'an appliance'}</h3><span class="badge ${tones[state]}">${state}</span></div>
<p class="soft">${severity || 'unknown'} severity · incident <code>${incidentId}</code>${traceId !== null && html` · trace <code>${traceId}</code>`}</p>
<ol class="steps">
${steps.map((step) => renderStep(step, steps[0]!, traceId))}</ol>
<p class="soft">${orderIds.length > 0 && html`Order ${orderIds.map((id) => html`${fileLink(kitNames.order(id), id)} `)}`}${bundles.length > 0 && html`· evidence ${bundles.map(({ position }) => html`${fileLink(kitNames.bundle(position), `position ${position}`)} `)}`}${hipaaControls.length > 0 && html`· ${hipaaControls.join(', ')}`}</p>
</article>
`;
}

function renderStep(
  { kind, time, title, detail, leaf, traceId }: StoryStep,
  first: StoryStep,
  storyTrace: string | null,
): Html {
  const after = Date.parse(time) - Date.parse(first.time);
  const since = Number.isFinite(after) && after > 0 ? ` · after ${readableSpan(after)}` : '';
  const otherTrace = traceId !== null && traceId !== storyTrace;
  return html`<li class="${kind}"><span class="what">${title}</span>
<span class="when"><time datetime="${time}">${readableTime(time)}</time>${since} · ${fileLink(kitNames.leaf(leaf), `leaf ${leaf}`)}${otherTrace && html` · trace <code>${traceId}</code>`}</span>
${detail !== '' && html`<span>${detail}</span>`}</li>
`;
}
