import { describe, expect, inject, it } from 'vitest';
import type { RouteContract } from '@countersign/shared/contracts';
import { newSiteId } from './harness/box.ts';
import { type Answer, call } from './harness/call.ts';
import { problemOf } from './harness/expect-answer.ts';
import { routes, urlOf } from './harness/route-calls.ts';

const system = inject('system');
const base = system.gatewayUrls[0]!;
const siteId = newSiteId();
const withBody = routes.filter(([, route]) => route.body !== undefined || route.multipart === true);

const names = `"site_id":"${siteId}","host_id":"box-1"`;
const inObject = (raw: string): string => `{${names},"details":{"a":${raw}}}`;
const bytes = (...codes: number[]): Buffer =>
  Buffer.concat([Buffer.from(`{${names},"x":"`), Buffer.from(codes), Buffer.from('"}')]);

/** What two readers of JSON could read in two ways, or what we could not keep as it came. */
const hostile: [name: string, body: string | Buffer][] = [
  ['a key twice', `{${names},"a":1,"a":2}`],
  ['the site twice', `{${names},"site_id":"other"}`],
  ['a key twice, once escaped', String.raw`{${names},"sit\u0065_id":"other"}`],
  ['a key twice, deep down', inObject('{"b":{"c":1,"c":1}}')],
  ['the key __proto__', inObject('{"__proto__":{"admin":true}}')],
  ['the key __proto__, escaped', inObject(String.raw`{"\u005f\u005fproto__":1}`)],
  ['the key constructor', inObject('{"constructor":{"prototype":{"admin":true}}}')],
  ['the key prototype', inObject('{"prototype":1}')],
  ['1e400', inObject('1e400')],
  ['-1e400', inObject('-1e400')],
  ['a number that becomes zero', inObject('1e-400')],
  ['-0', inObject('-0')],
  ['400 digits', inObject('9'.repeat(400))],
  ['10,000 digits behind the point', inObject(`0.${'3'.repeat(10_000)}`)],
  ['NaN', inObject('NaN')],
  ['Infinity', inObject('Infinity')],
  ['a hexadecimal number', inObject('0x10')],
  ['a leading zero', inObject('01')],
  ['half of a surrogate pair, escaped', inObject(String.raw`"\ud800"`)],
  ['half of a surrogate pair, escaped, in a key', inObject(String.raw`{"\udc00":1}`)],
  ['half of a surrogate pair, raw', bytes(0xed, 0xa0, 0x80)],
  ['an overlong slash', bytes(0xc0, 0xaf)],
  ['an overlong NUL', bytes(0xc0, 0x80)],
  ['a character beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80)],
  ['a cut character', bytes(0xe2, 0x82)],
  ['Latin-1', bytes(0xe9)],
  ['a byte order mark', `\uFEFF{${names}}`],
  ['UTF-16', Buffer.from(`{${names}}`, 'utf16le')],
  ['NUL, raw', bytes(0)],
  ['NUL, escaped', inObject(String.raw`"\u0000"`)],
  ['NUL, escaped, in a key', inObject(String.raw`{"\u0000":1}`)],
  ['33 levels', inObject('['.repeat(40) + ']'.repeat(40))],
  ['5,000 levels', inObject('['.repeat(5_000))],
  [
    'more than 10,000 keys',
    `[${'{"a":1},'.repeat(1_000)}${'{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}},'.repeat(1_050)}0]`,
  ],
  ['two values', `{${names}}{}`],
  ['text behind the end', `{${names}} x`],
  ['a comment', `{${names}/* */}`],
  ['a comment of one line', `// x\n{${names}}`],
  ['a comma at the end', `{${names},}`],
  ['single quotes', `{'site_id':'${siteId}'}`],
  ['a key without quotes', `{site_id:"${siteId}"}`],
  ['a raw line feed in a text', inObject('"a\nb"')],
  ['nothing but a space', ' '],
  ['half of it', `{${names}`],
];

/** Sends a body as it stands; to an upload as the file of its form. */
function send(route: RouteContract, body: string | Buffer): Promise<Answer> {
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  const form = new FormData();
  form.set('bundle', new Blob([new Uint8Array(content)]), 'bundle.json');
  return call(urlOf(base, route, siteId), {
    method: route.method,
    key: system.adminKey,
    headers: { 'x-client-id': siteId },
    body: route.multipart ? form : content,
  });
}

const refusals = async (route: RouteContract, cases: typeof hostile) => {
  const wrong: string[] = [];
  for (const [name, body] of cases) {
    if (body.length > (route.maxBytes ?? 0)) continue;
    const answer = await send(route, body);
    const [status, code] = problemOf(answer);
    if (status !== 400 || code !== 'REQUEST.MALFORMED_JSON') wrong.push(`${name}: ${status} ${code}`);
  }
  return wrong;
};

describe('strict reading', () => {
  it.each(withBody)('%s refuses what could be read in two ways', async (_name, route) => {
    expect(await refusals(route, hostile)).toEqual([]);
  });

  it.each(withBody.filter(([, { keepsText, multipart }]) => !keepsText && !multipart))(
    '%s refuses integers that would become others',
    async (_name, route) => {
      const integers = ['9007199254740993', '-9007199254740992', '18446744073709551615'];
      expect(
        await refusals(
          route,
          integers.map((text) => [text, inObject(text)]),
        ),
      ).toEqual([]);
    },
  );

  it('takes integers of any size in evidence, whose text is kept, and keys in any order', async () => {
    const route = routes.find(([name]) => name === 'submitEvidence')![1];
    const time = new Date().toISOString();
    const fields = [
      `"bundle_id":"b-strict"`,
      names,
      `"check_type":"disk"`,
      `"outcome":"success"`,
      `"pre_state":{"ns":1763717400123456789,"z":-0.0,"a":[1.0,1e16]}`,
      `"timestamp_start":"${time}"`,
      `"timestamp_end":"${time}"`,
    ];
    await call(`${base}/checkin`, { key: system.adminKey, body: `{${names}}` });
    const answers = [
      await send(route, `{${fields.join(',')}}`),
      await send(route, ` { ${fields.toReversed().join(' ,\n')} } `),
    ];
    expect(answers.map(({ status, text }) => [status, status === 200 ? '' : text])).toEqual([
      [200, ''],
      [200, ''],
    ]);
    // One canonical string: the second is the first again.
    expect(answers[0]!.body.evidence_id).toBe(answers[1]!.body.evidence_id);
  });

  it.each(routes)('%s refuses what is ambiguous in its URL', async (_name, route) => {
    const url = urlOf(base, route, siteId);
    const mark = url.includes('?') ? '&' : '?';
    for (const query of [
      'x=1&x=2',
      'x=1&%78=2',
      'x=%',
      'x=%ff',
      'x=%c0%af',
      'x=%ed%a0%80',
      'x=%00',
      'x=%0d%0aset-cookie:a',
    ]) {
      const options = { method: route.method, key: system.adminKey, headers: { 'x-client-id': siteId } };
      const answer = await call(url + mark + query, options);
      expect(problemOf(answer), `${query}: ${answer.text}`).toEqual([400, 'REQUEST.INVALID']);
    }
    const long = await call(`${url}${mark}x=${'y'.repeat(8_000)}`, { method: route.method, key: system.adminKey });
    expect(problemOf(long)).toEqual([413, 'REQUEST.TOO_LARGE']);
  });
});
