import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { SqlDriverAdapterFactory } from '@prisma/client/runtime/client';
import { build } from 'tsup';
import type { PrismaTransaction } from '../../src/index.ts';

/** What the tests use of the client that Prisma generates for the schema below. */
export interface PrismaClient {
  $transaction<T>(
    work: (transaction: PrismaTransaction & PrismaOrders) => Promise<T>,
    options?: { readonly timeout?: number; readonly isolationLevel?: string },
  ): Promise<T>;
  $disconnect(): Promise<void>;
}

interface PrismaOrders {
  readonly order: {
    update(change: { where: { id: string }; data: { state: string } }): Promise<unknown>;
  };
}

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Each process has its own folder, where packages are found as they are from here and nothing is published. */
const FOLDER = path.join(PACKAGE, `node_modules/.within/${process.pid}`);

const SCHEMA = `
generator client {
  provider = "prisma-client"
  output   = "./generated"
}
datasource db {
  provider = "postgresql"
}
model Order {
  id    String @id
  state String
  @@map("orders")
}`;

/** Generates the client, which needs no network when it looks for no engine, and bundles it so that Node can load it. */
export async function openPrisma(adapter: SqlDriverAdapterFactory): Promise<PrismaClient> {
  const prisma = path.join(PACKAGE, 'node_modules/prisma/build/index.js');
  const schema = path.join(FOLDER, 'schema.prisma');
  await mkdir(FOLDER, { recursive: true });
  await writeFile(schema, SCHEMA);
  await promisify(execFile)(process.execPath, [prisma, 'generate', '--schema', schema], {
    cwd: PACKAGE,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
  });
  await build({
    config: false,
    entry: { client: path.join(FOLDER, 'generated/client.ts') },
    outDir: FOLDER,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [/^@prisma\//],
    outExtension: () => ({ js: '.mjs' }),
    silent: true,
  });
  const generated = (await import(pathToFileURL(path.join(FOLDER, 'client.mjs')).href)) as {
    readonly PrismaClient: new (options: { readonly adapter: SqlDriverAdapterFactory }) => PrismaClient;
  };
  await rm(FOLDER, { recursive: true });
  return new generated.PrismaClient({ adapter });
}
