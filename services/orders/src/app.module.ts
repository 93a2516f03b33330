import { type DynamicModule, Module } from '@nestjs/common';
import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { DataSource, Pool, SiteScope } from '@countersign/shared/persistence';
import {
  AcknowledgeOrderController,
  acknowledgeOrders,
} from './features/acknowledge-order/acknowledge-order.controller.ts';
import { createAcknowledgeOrders } from './features/acknowledge-order/acknowledge-order.handler.ts';
import { checkInAppliances, CheckInController } from './features/check-in/check-in.controller.ts';
import { createCheckInAppliances } from './features/check-in/check-in.handler.ts';
import { CloseOrderConsumer, closeOrders } from './features/close-order-when-evidence-recorded/close-order.consumer.ts';
import { createCloseOrders } from './features/close-order-when-evidence-recorded/close-order.handler.ts';
import { countOrders, CountOrdersController } from './features/count-orders/count-orders.controller.ts';
import { createCountOrders } from './features/count-orders/count-orders.handler.ts';
import {
  describeOrderKeys,
  DescribeOrderKeysController,
} from './features/keep-order-keys/describe-order-keys.controller.ts';
import type { DescribeOrderKeys } from './features/keep-order-keys/describe-order-keys.handler.ts';
import { enrolAppliances, EnrolApplianceController } from './features/enrol-appliance/enrol-appliance.controller.ts';
import { createEnrolAppliances } from './features/enrol-appliance/enrol-appliance.handler.ts';
import {
  findMissingEffects,
  FindMissingEffectsController,
} from './features/find-missing-effects/find-missing-effects.controller.ts';
import { createFindMissingEffects } from './features/find-missing-effects/find-missing-effects.handler.ts';
import { FindOrderController, findOrders } from './features/find-order/find-order.controller.ts';
import { createFindOrders } from './features/find-order/find-order.handler.ts';
import { IssueOrderConsumer, issueOrders } from './features/issue-order/issue-order.consumer.ts';
import { createIssueOrders } from './features/issue-order/issue-order.handler.ts';
import type { OrderKeys } from './features/keep-order-keys/order-keys.ts';
import { createFetchOrders } from './features/poll-orders/fetch-orders.ts';
import { pollOrders, PollOrdersController } from './features/poll-orders/poll-orders.controller.ts';
import { createPollOrders } from './features/poll-orders/poll-orders.handler.ts';
import {
  ReadApplianceKeyController,
  readApplianceKeys,
} from './features/read-appliance-key/read-appliance-key.controller.ts';
import { createReadApplianceKeys } from './features/read-appliance-key/read-appliance-key.handler.ts';
import type { OrdersSettings } from './orders.config.ts';
import { ApplianceRepository } from './persistence/appliance.repository.ts';
import type { ClosingRepository } from './persistence/closing.repository.ts';
import { DeliveryRepository } from './persistence/delivery.repository.ts';
import { EffectRepository } from './persistence/effect.repository.ts';
import { EnrolmentRepository } from './persistence/enrolment.repository.ts';
import { IssueRepository } from './persistence/issue.repository.ts';
import { StatsRepository } from './persistence/stats.repository.ts';

export interface OrdersParts {
  settings: Pick<OrdersSettings, 'ORDER_TTL_SECONDS' | 'EXECUTION_LIMIT_SECONDS'>;
  pool: Pool;
  source: DataSource;
  sites: SiteScope;
  messaging: Messaging;
  orderKeys: Pick<OrderKeys, 'signer' | 'told'>;
  describeKeys: DescribeOrderKeys;
  closings: ClosingRepository;
  clock?: Clock;
}

/** Binds the functions of the service to its doors. */
@Module({})
export class AppModule {
  static with({
    settings,
    pool,
    source,
    sites,
    messaging,
    orderKeys,
    describeKeys,
    closings,
    clock = systemClock,
  }: OrdersParts): DynamicModule {
    const issues = new IssueRepository(pool);
    const deliveries = new DeliveryRepository(pool);
    const appliances = new ApplianceRepository(pool);
    const effects = new EffectRepository(pool);
    const fetchOrders = createFetchOrders({ repository: deliveries, messaging, clock });
    const { ORDER_TTL_SECONDS: ttlSeconds, EXECUTION_LIMIT_SECONDS: executionLimitSeconds } = settings;
    return {
      module: AppModule,
      controllers: [
        IssueOrderConsumer,
        CloseOrderConsumer,
        CheckInController,
        PollOrdersController,
        AcknowledgeOrderController,
        FindOrderController,
        ReadApplianceKeyController,
        EnrolApplianceController,
        CountOrdersController,
        DescribeOrderKeysController,
        FindMissingEffectsController,
      ],
      providers: [
        {
          provide: issueOrders,
          useFactory: () =>
            createIssueOrders({ repository: issues, messaging, signer: () => orderKeys.signer(), clock, ttlSeconds }),
        },
        { provide: closeOrders, useFactory: () => createCloseOrders({ repository: closings, messaging, clock }) },
        {
          provide: checkInAppliances,
          useFactory: () =>
            createCheckInAppliances({
              repository: appliances,
              fetchOrders,
              messaging,
              toldKeys: () => orderKeys.told(),
              clock,
            }),
        },
        { provide: pollOrders, useFactory: () => createPollOrders({ fetchOrders, repository: deliveries }) },
        {
          provide: acknowledgeOrders,
          useFactory: () =>
            createAcknowledgeOrders({ repository: deliveries, messaging, clock, executionLimitSeconds }),
        },
        { provide: findOrders, useFactory: () => createFindOrders(issues) },
        { provide: readApplianceKeys, useFactory: () => createReadApplianceKeys(appliances) },
        {
          provide: enrolAppliances,
          useFactory: () =>
            createEnrolAppliances({
              repository: new EnrolmentRepository(pool),
              messaging,
              toldKeys: () => orderKeys.told(),
              clock,
            }),
        },
        { provide: countOrders, useFactory: () => createCountOrders(new StatsRepository(source, sites), clock) },
        { provide: describeOrderKeys, useFactory: () => describeKeys },
        { provide: findMissingEffects, useFactory: () => createFindMissingEffects(effects) },
      ],
    };
  }
}
