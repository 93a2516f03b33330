import type { Pool } from 'pg';
import { asDatabaseError, runInTransaction } from '@countersign/shared/persistence';
import type { NewOrder } from '../domain/new-order.ts';
import { type ApplianceName, ApplianceEpochs } from './appliance-epochs.ts';
import { findAnswers, findAnswersOf, type IncidentOfSite, issueOrders, type Issuing } from './issue-orders.ts';
import { RaceLost, settleCondition, type Settlement, type Settling } from './settle-condition.ts';

const uniqueViolation = '23505';
const triesAtMost = 6;

/** Orders as answers to incidents. */
export class IssueRepository {
  private readonly pool: Pool;
  private readonly epochs: ApplianceEpochs;

  constructor(pool: Pool) {
    this.pool = pool;
    this.epochs = new ApplianceEpochs(pool);
  }

  /** The epoch of each appliance as far as is known here; `issue` holds it against the true one. */
  findEpochs(appliances: readonly ApplianceName[]): Promise<number[]> {
    return this.epochs.find(appliances);
  }

  /** One statement for all; what is not in the result has to be settled. No condition may stand in `orders` twice. */
  async issue(orders: readonly NewOrder[]): Promise<Issuing> {
    try {
      return await issueOrders(this.pool, orders);
    } catch (error) {
      if (isRace(error)) return { issued: new Map(), rows: [] };
      throw error;
    }
  }

  /** The orders that answer these incidents already. */
  findAnswers(incidentIds: readonly string[]): Promise<Map<string, string>> {
    return findAnswers(this.pool, incidentIds);
  }

  /** The same for somebody who names the site; another site's are not found. In the order of the questions. */
  findAnswersOf(incidents: readonly IncidentOfSite[]): Promise<(string | null)[]> {
    return findAnswersOf(this.pool, incidents);
  }

  /** Settles the incidents of one condition; the database decides races, and whoever lost one looks again. */
  async settle(settling: Settling): Promise<Settlement> {
    for (let tried = 1; ; tried += 1) {
      try {
        const settlement = await runInTransaction(this.pool, (client) => settleCondition(client, settling));
        if (settlement.epoch !== undefined) this.epochs.note(settling.condition, settlement.epoch);
        return settlement;
      } catch (error) {
        if (!isRace(error) || tried === triesAtMost) throw asDatabaseError(error);
      }
    }
  }
}

function isRace(error: unknown): boolean {
  return error instanceof RaceLost || (error as { code?: unknown } | null)?.code === uniqueViolation;
}
