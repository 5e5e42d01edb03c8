import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { migrate, pgliteExecutor, postgresStore } from '@payout-engines/adapters-postgres';
import { NOTIFICATIONS, type OpenStore, type StoreOptions } from '../cli.ts';
import { lockFolder } from './folder-lock.ts';

/** What the app keeps in its folder, and forgets when it begins anew. */
const DATABASE = 'postgres';
const NEW_DATABASE = 'postgres.new';

/** Opens the embedded Postgres of a folder, which no other process may have open; makes it where there is none. */
export async function openDatabase(folder: string, { fresh, progress }: StoreOptions): Promise<OpenStore> {
  const unlock = lockFolder(folder);
  try {
    if (fresh) {
      for (const name of [DATABASE, NOTIFICATIONS])
        await rm(join(folder, name), { recursive: true, force: true });
    }
    const path = join(folder, DATABASE);
    if (!existsSync(path)) {
      progress.show('making the database, once');
      await makeDatabase(folder, path);
    }
    const database = await PGlite.create(path);
    const executor = pgliteExecutor(database);
    await migrate(executor);
    return {
      store: postgresStore(executor),
      close: async () => {
        await database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Under another name until it is whole, so that an interruption never leaves half a database to be opened. */
async function makeDatabase(folder: string, path: string): Promise<void> {
  const unfinished = join(folder, NEW_DATABASE);
  await rm(unfinished, { recursive: true, force: true });
  const database = await PGlite.create(unfinished);
  await migrate(pgliteExecutor(database));
  await database.close();
  await rename(unfinished, path);
}
