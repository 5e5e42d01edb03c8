import type { Directory } from '../../ports/directory.ts';
import type { Observer } from '../../ports/observer.ts';
import type { InteractionSource, RevenueSource } from '../../ports/sources.ts';
import type { Store } from '../../ports/store.ts';
import type { RevenueShareRules } from './rules.ts';

/** What a revenue share works with: its rules, the facts, and where everything durable goes. */
export interface RevenueSharePorts {
  readonly store: Store;
  readonly rules: RevenueShareRules;
  readonly interactions: InteractionSource;
  readonly revenue: RevenueSource;
  readonly directory: Directory;
  readonly observe?: Observer;
  /** How many participants one transaction of a commit covers. @defaultValue `10000` */
  readonly pageSize?: number;
}

/** A period of a program. */
export interface PeriodRequest {
  readonly program: string;
  readonly period: string;
}
