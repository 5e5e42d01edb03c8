import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { browse, type Browsing, DEVICES } from './browse.ts';

/** One page of an app, as one person sees it. */
export interface Stop {
  /** What the page is called in a list: letters and hyphens, one name once in an app. */
  readonly name: string;
  /** The id of who is signed in; nobody is, where it is left out. */
  readonly person?: string;
  readonly path: string;
}

/** An app that is served with its seeded data, and its pages. */
export interface Tour {
  readonly url: string;
  readonly stops: readonly Stop[];
  close(): Promise<void>;
}

/** A page without JavaScript is the same page: it is looked at in one width. */
const WAYS = DEVICES.flatMap((device, index) =>
  index === 0 ? [{ device, javaScript: true }] : [true, false].map((javaScript) => ({ device, javaScript })),
);

/**
 * Goes to every page of an app on a phone and at a desk, with JavaScript, and at the desk without it.
 *
 * @param photographs where each page is kept as a picture, if it is to be
 * @returns what is wrong; empty where every page answers with 200 and one heading, is as wide as the window, makes no
 *   error on the console and no request to another host, and axe finds nothing serious
 */
export async function visit(tour: Tour, photographs?: string): Promise<readonly string[]> {
  const browsing = await browse(tour.url);
  const wrong: string[] = [];
  try {
    if (photographs !== undefined) await mkdir(photographs, { recursive: true });
    for (const { device, javaScript } of WAYS) {
      const pages = new Map<string | undefined, Page>();
      for (const stop of tour.stops) {
        const page = pages.get(stop.person) ?? (await browsing.open(device, { javaScript }));
        if (!pages.has(stop.person)) await signIn(page, stop.person);
        pages.set(stop.person, page);
        const found = await look(browsing, page, stop, javaScript);
        const where = `${stop.name} on a ${device.name}${javaScript ? '' : ' without JavaScript'}`;
        wrong.push(...found.map((problem) => `${where}: ${problem}`));
        if (photographs === undefined || !javaScript) continue;
        const file = path.join(photographs, `${stop.name}-${device.name}.jpeg`);
        await page.screenshot({ path: file, fullPage: true, type: 'jpeg', quality: 50 });
      }
      for (const page of pages.values()) await page.context().close();
    }
    return [...wrong, ...browsing.complaints];
  } finally {
    await browsing.close();
  }
}

/** The window keeps the cookie that the answer brings. */
async function signIn(page: Page, person: string | undefined): Promise<void> {
  if (person === undefined) return;
  const answer = await page.request.post('/sign-in', { form: { person }, maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`${person} could not sign in: ${answer.status()}`);
}

async function look(
  browsing: Browsing,
  page: Page,
  { path: where }: Stop,
  javaScript: boolean,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const answer = await page.goto(where);
  if (answer?.status() !== 200) problems.push(`answered with ${answer?.status() ?? 'nothing'}`);
  const headings = await page.locator('h1').count();
  if (headings !== 1) problems.push(`has ${headings} headings of the first order`);
  if (!javaScript) return problems;
  if ((await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')) !== true) {
    problems.push('is wider than the window');
  }
  return [...problems, ...(await browsing.findings(page))];
}
