import { headers, type Msg, type MsgHdrs, type Subscription } from '@nats-io/transport-node';
import { describe, expect, it, vi } from 'vitest';
import { Download } from './download.ts';
import { kindHeader, type MessageKind, sequenceHeader, stopHeader } from './download-protocol.ts';

const silenceMs = 50;

/** A download that has begun, and what its sender is told. */
function begin() {
  const unsubscribe = vi.fn<() => void>();
  const answers: ('more' | 'stop')[] = [];
  const download = new Download({ name: 'rpc.evidence.export-kit.v1', silenceMs, onEnd: () => {} });
  const message = (kind: MessageKind, sequence: number) => {
    const header = headers();
    header.set(kindHeader, kind);
    header.set(sequenceHeader, String(sequence));
    const respond = (_: unknown, options?: { headers?: MsgHdrs }) =>
      answers.push(options?.headers?.has(stopHeader) ? 'stop' : 'more') > 0;
    return { headers: header, data: new Uint8Array(1), reply: 'inbox', respond } as unknown as Msg;
  };
  void download.begin({ unsubscribe } as unknown as Subscription, 1_000, () => {});
  const send = (kind: MessageKind, sequence: number) => download.receive(null, message(kind, sequence));
  return { download, unsubscribe, answers, send };
}

describe('a download that its reader breaks off', () => {
  it('while a piece is on its way tells the sender when that comes, and only then stops listening', async () => {
    const { download, unsubscribe, answers, send } = begin();
    send('piece', 0);
    await download.next();
    const next = download.next();
    expect(answers).toEqual(['more']);
    download.fail(new Error('the caller went away'));
    await expect(next).rejects.toThrow('the caller went away');
    expect(unsubscribe).not.toHaveBeenCalled();
    send('piece', 1);
    expect([answers, unsubscribe.mock.calls.length]).toEqual([['more', 'stop'], 1]);
  });

  it('before the first piece tells the sender as soon as it shows itself', () => {
    const { download, answers, send } = begin();
    void download.return();
    send('working', 0);
    expect(answers).toEqual(['stop']);
  });

  it('while it holds a piece tells the sender at once', async () => {
    const { download, unsubscribe, answers, send } = begin();
    send('piece', 0);
    await download.next();
    await download.return();
    expect([answers, unsubscribe.mock.calls.length]).toEqual([['stop'], 1]);
  });

  it('stops listening to a sender that does not show itself again', async () => {
    const { download, unsubscribe, send } = begin();
    send('piece', 0);
    await download.next();
    void download.next();
    await download.return();
    await vi.waitFor(() => expect(unsubscribe).toHaveBeenCalledOnce());
  });

  it('has nothing left to listen to after its end', async () => {
    const { download, unsubscribe, send } = begin();
    send('piece', 0);
    await download.next();
    const last = download.next();
    send('end', 1);
    expect(await last).toEqual({ done: true, value: undefined });
    expect(unsubscribe).toHaveBeenCalledOnce();
  });
});
