import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Notifier } from '@payout-engines/core';

/**
 * Delivers notifications by writing them to the end of a file, a JSON object a line. After a crash between the writing
 * and the note that it was written a line can be there twice: its id tells a reader which ones are the same.
 */
export function notificationFile(file: string): Notifier {
  return {
    deliver: async (notifications) => {
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(file, 'a');
      try {
        await handle.appendFile(notifications.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}
