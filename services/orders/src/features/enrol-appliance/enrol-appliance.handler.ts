import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { isAcceptablePublicKey } from '@countersign/shared/crypto';
import { asAppError, type Clock } from '@countersign/shared/kernel';
import type { Messaging, RequestResult } from '@countersign/shared/messaging';
import { keyTaken, superseded, unacceptableKey } from '../../domain/enrolment-errors.ts';
import type { EnrolmentRepository } from '../../persistence/enrolment.repository.ts';
import { describeEnrolled } from '../describe-events/describe-enrolled.ts';
import { describeClosed } from '../describe-events/describe-events.ts';

type Name = 'rpc.orders.enrol-appliance.v1';
type Answer = RequestResult<ResponseOf<Name>>;

export type EnrolAppliances = (questions: RequestOf<Name>[]) => Promise<Answer[]>;

export interface EnrolAppliancesOptions {
  repository: Pick<EnrolmentRepository, 'enrol'>;
  messaging: Pick<Messaging, 'publish'>;
  /** The server's public keys as appliances are told them: the one that signs comes first. */
  toldKeys: () => Promise<readonly string[]>;
  clock: Clock;
}

/** Enrols appliances one after the other, each in a transaction of its own: an enrolment is rare, and locks its appliance. */
export function createEnrolAppliances({
  repository,
  messaging,
  toldKeys,
  clock,
}: EnrolAppliancesOptions): EnrolAppliances {
  async function enrol(question: RequestOf<Name>): Promise<Answer> {
    // The gateway has checked it; whoever keeps keys does not rely on that.
    if (!isAcceptablePublicKey(question.public_key)) return unacceptableKey();
    const describe = { enrolled: describeEnrolled, closed: describeClosed };
    const outcome = await repository.enrol(question, clock.now(), describe);
    if (outcome === 'taken') return keyTaken();
    if (outcome === 'superseded') return superseded();
    messaging.publish(outcome.rows);
    const { epoch, enrolledAt } = outcome;
    return { epoch, enrolled_at: enrolledAt.toISOString(), server_public_keys: [...(await toldKeys())] };
  }

  return async (questions) => {
    const answers: Answer[] = [];
    for (const question of questions) answers.push(await enrol(question).catch(orThrow));
    return answers;
  };
}

/** A failure of one question is no failure of those beside it. */
function orThrow(error: unknown): Answer {
  const known = asAppError(error);
  if (known === undefined) throw error;
  return known;
}
