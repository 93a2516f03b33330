import { describe, expect, it } from 'vitest';
import { anOrder } from '../testing/sample-order.ts';
import type { GatewayAnswer, GatewayRequest } from '../transport/send-request.ts';
import { createOrderPoll } from './poll-orders.ts';

const page = (orders: unknown[], next: string | null = null, etag = '"1"'): GatewayAnswer => ({
  status: 200,
  headers: new Headers({ etag }),
  text: '',
  body: { site_id: 'a:b', orders, count: orders.length, next },
});
const nothingNew: GatewayAnswer = { status: 304, headers: new Headers(), text: '', body: undefined };

function pollOf(...answers: GatewayAnswer[]) {
  const asked: GatewayRequest[] = [];
  const send = async (request: GatewayRequest) => {
    asked.push(request);
    return answers[Math.min(asked.length, answers.length) - 1]!;
  };
  return { ...createOrderPoll(send, 'a:b', 'box@1'), asked };
}

describe('a poll', () => {
  it('asks for this box, and with the tag of the last answer from then on', async () => {
    const { poll, asked } = pollOf(page([anOrder()]), nothingNew);
    expect(await poll()).toEqual([anOrder()]);
    expect(await poll()).toBeUndefined();
    expect(asked.map(({ path }) => path)).toEqual(Array(2).fill('/orders/a%3Ab?host_id=box%401&limit=100'));
    expect(asked.map(({ headers }) => headers)).toEqual([undefined, { 'if-none-match': '"1"' }]);
  });

  it('asks for everything again when an order could not be handled', async () => {
    const { poll, forget, asked } = pollOf(page([]));
    await poll();
    forget();
    await poll();
    expect(asked[1]!.headers).toBeUndefined();
  });

  it('follows the pages', async () => {
    const { poll, asked } = pollOf(page([1], 'aa'.repeat(8)), page([2], null));
    expect(await poll()).toEqual([1, 2]);
    expect(asked[1]!.path).toContain(`after=${'aa'.repeat(8)}`);
  });

  it('does not follow a server that always names another page for ever', async () => {
    const { poll, asked } = pollOf(page([1], 'aa'.repeat(8)));
    await poll();
    expect(asked).toHaveLength(100);
  });

  it('hands over a malformed order as it came: it is refused alone and hides no other', async () => {
    const orders = [{ order_id: 7 }, null, { ...anOrder(), comment: 'added on the way' }];
    expect(await pollOf(page(orders)).poll()).toEqual(orders);
  });

  it.each([[{}], [{ site_id: 's', orders: {}, count: 0, next: null }], ['<html>']])(
    'refuses the answer %j',
    async (body) => {
      const { poll } = pollOf({ status: 200, headers: new Headers(), text: '', body });
      await expect(poll()).rejects.toMatchObject({ code: 'APPLIANCE.UNEXPECTED_ANSWER' });
    },
  );
});
