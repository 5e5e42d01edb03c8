/** What engines tell logs, metrics and traces. Ids and counts only: no secrets, no personal data. */
export type EngineEvent =
  | { readonly kind: 'plan_made'; readonly program: string; readonly period: string; readonly digest: string }
  | {
      readonly kind: 'plan_frozen';
      readonly program: string;
      readonly period: string;
      readonly digest: string;
    }
  | {
      readonly kind: 'period_closed';
      readonly program: string;
      readonly period: string;
      readonly digest: string;
    };

/** Receives engine events as they happen. It must not throw. */
export type Observer = (event: EngineEvent) => void;
