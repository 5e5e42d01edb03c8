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
    }
  /** A run of the workers has ended. */
  | {
      readonly kind: 'payouts_processed';
      readonly program: string;
      readonly sent: number;
      readonly completed: number;
      readonly failed: number;
      readonly needsReview: number;
      readonly errors: number;
    }
  /** A run of the trackers has ended. */
  | {
      readonly kind: 'clips_tracked';
      readonly program: string;
      readonly processed: number;
      readonly failed: number;
      readonly completed: number;
    }
  /** New sends were kept back, and why. */
  | {
      readonly kind: 'sends_halted';
      readonly program: string;
      readonly provider: string;
      readonly currency: string;
      readonly reason: string;
    }
  | { readonly kind: 'batch_opened'; readonly program: string; readonly batch: string }
  /** An event was not believed, or could not be handled now. */
  | { readonly kind: 'event_refused'; readonly provider: string; readonly code: string }
  | {
      readonly kind: 'reconciled';
      readonly program: string;
      readonly settled: number;
      readonly disagreements: number;
      readonly errors: number;
    };

/** Receives engine events as they happen. It must not throw. */
export type Observer = (event: EngineEvent) => void;
