import type { Run } from '../progress.ts';
import { grouped } from '../points.ts';

/**
 * How far a run is, step by step. It asks for itself again every second; where no script runs, the page is loaded
 * again.
 */
export function Steps({ run, from }: { readonly run: Run; readonly from: string }) {
  const asks = run.finishedAt === undefined && run.failed === undefined;
  return (
    <section
      id="progress"
      aria-live="polite"
      {...(asks && { 'hx-get': from, 'hx-trigger': 'every 1s', 'hx-swap': 'outerHTML' })}
    >
      <table>
        <caption>The six steps</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {run.steps.map(({ name, state, done, total }, index) => (
            <tr>
              <th scope="row">
                {index + 1}. {name}
              </th>
              <td>
                {state === 'now' && run.failed !== undefined ? (
                  <span class="state bad">Stopped here</span>
                ) : (
                  <span class={`state ${TONES[state]}`}>{WORDS[state]}</span>
                )}{' '}
                {done !== undefined && (
                  <>
                    {grouped(done)}
                    {total !== undefined && ` of ${grouped(total)}`} creators{' '}
                    {total !== undefined && total > 0 && (
                      <progress max={total} value={done} aria-label={name} />
                    )}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asks && (
        <p>
          <a href="">Look again</a>
        </p>
      )}
    </section>
  );
}

const WORDS = { done: 'Done', now: 'Calculating', next: 'Next' } as const;
const TONES = { done: 'good', now: 'goes', next: 'over' } as const;
