import type { TestProject } from 'vitest/node';
import { startServer } from './server.ts';
import { serverModule } from './trials/matrix/versions.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

/** One real server for the whole run: of the version that is installed, or of `POSTGRES_VERSION`, such as 14. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const version = process.env['POSTGRES_VERSION'];
  const server = await startServer(version === undefined ? {} : { from: serverModule(version) });
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
