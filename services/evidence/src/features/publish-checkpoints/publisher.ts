import type { AppError } from '@countersign/shared/kernel';
import type { LedgerFrontier } from '@countersign/shared/ledger';
import { isRolledBack } from '../../domain/ledger-errors.ts';
import { isVaultDown } from '../../domain/vault-down.ts';
import { LedgerReader } from '../../persistence/ledger-reader.ts';
import { LeaderSession } from '../../persistence/leader-session.ts';
import { RoundLoop } from '../run-rounds/round-loop.ts';
import { prepareCheckpoint, type PreparedCheckpoint } from './prepare-checkpoint.ts';
import { publishCheckpoint } from './publish-checkpoint.ts';
import { takeOver, type TakeOverOptions } from './take-over.ts';

export interface PublisherOptions extends Omit<TakeOverOptions, 'session'> {
  databaseUrl: string;
  /** Between two checkpoints at least, and between two looks for leaves at most. */
  intervalMs: number;
  /** The database and the vault tell two histories: the process has to end. */
  refuse: (error: AppError) => void;
  /** How often who does not lead asks whether it may, and how soon a vault that is down is tried again. */
  retryMs?: number;
  /** Leaves that wait for longer are worth a warning. */
  lateAfterSeconds?: number;
}

const leavesAtOnce = 8_192;
const bytesAtOnce = 16 * 1024 * 1024;
const warnEveryMs = 10_000;

/** What a leader has in hand. A checkpoint that could not be published is tried again as it is. */
interface Lead {
  session: LeaderSession;
  reader: LedgerReader;
  frontier: LedgerFrontier;
  pending: PreparedCheckpoint | undefined;
}

/**
 * Publishes checkpoints while it leads; of all replicas on a database one does. Whatever goes wrong with the database
 * ends the lead, and the next one begins by comparing with the vault. New leaves wake it; when it is stopped it finishes
 * the checkpoint in hand and lets another replica lead.
 */
export class Publisher extends RoundLoop {
  private readonly options: PublisherOptions;
  private vaultDown = false;
  private lastWarning = 0;

  constructor(options: PublisherOptions) {
    super();
    this.options = options;
  }

  protected async run(): Promise<void> {
    const { databaseUrl, logger, refuse, retryMs = 1_000 } = this.options;
    while (!this.isStopped) {
      let session: LeaderSession | undefined;
      try {
        session = await LeaderSession.open(databaseUrl);
        await this.lead(session);
      } catch (error) {
        if (isRolledBack(error)) return refuse(error);
        if (isVaultDown(error)) this.noteVault(error);
        else if (!this.isStopped) logger.warn({ err: error }, 'the lead of the ledger ended; beginning anew');
      } finally {
        await session?.close();
        this.endRound();
      }
      await this.sleep(retryMs);
    }
  }

  private async lead(session: LeaderSession): Promise<void> {
    const { logger, intervalMs, retryMs = 1_000 } = this.options;
    while (!(await session.tryLead())) {
      this.endRound();
      await this.sleep(retryMs);
      if (this.isStopped) return;
    }
    const frontier = await this.takeOver(session);
    const lead: Lead = { session, reader: new LedgerReader(session.client), frontier, pending: undefined };
    logger.info({ size: frontier.size }, 'this process leads the ledger');
    while (!this.isStopped) {
      this.beginRound();
      const begun = performance.now();
      const outcome = await this.round(lead);
      this.endRound();
      if (outcome === 'vault-down') await this.sleep(retryMs);
      // Leaves keep coming: what comes within the interval goes together.
      else if (outcome === 'published') await this.sleep(intervalMs - (performance.now() - begun));
      else if (outcome === 'nothing') await this.rest(intervalMs);
    }
  }

  private takeOver(session: LeaderSession): Promise<LedgerFrontier> {
    return takeOver({ ...this.options, session });
  }

  /** `more`: as much as fits one checkpoint was published, and there may be more already. */
  private async round(lead: Lead): Promise<'nothing' | 'published' | 'more' | 'vault-down'> {
    const { session, reader, frontier } = lead;
    session.assertOpen();
    if (lead.pending === undefined) {
      const size = await reader.size();
      if (size === frontier.size) return 'nothing';
      const to = Math.min(size, frontier.size + leavesAtOnce);
      lead.pending = await prepareCheckpoint({ frontier, reader, to, maxBytes: bytesAtOnce });
    }
    const { pending } = lead;
    try {
      await publishCheckpoint(pending, { ...this.options, session });
    } catch (error) {
      if (!isVaultDown(error)) throw error;
      this.noteVault(error);
      this.warnOfAge(pending);
      return 'vault-down';
    }
    this.noteVault();
    lead.pending = undefined;
    return pending.size - pending.from === leavesAtOnce ? 'more' : 'published';
  }

  private noteVault(error?: unknown): void {
    const { logger } = this.options;
    const isDown = error !== undefined;
    if (isDown && !this.vaultDown)
      logger.error({ err: error }, 'the vault cannot be written to; leaves wait for their checkpoint until it can');
    if (!isDown && this.vaultDown) logger.info({}, 'the vault is back; the ledger catches up');
    this.vaultDown = isDown;
  }

  private warnOfAge({ since, from }: PreparedCheckpoint): void {
    const { logger, clock, lateAfterSeconds = 10 } = this.options;
    const seconds = (clock.now().getTime() - since.getTime()) / 1_000;
    if (seconds < lateAfterSeconds || Date.now() - this.lastWarning < warnEveryMs) return;
    this.lastWarning = Date.now();
    logger.warn({ published: from, oldest_seconds: Math.round(seconds) }, 'leaves wait for their checkpoint');
  }
}
