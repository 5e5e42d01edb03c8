import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { chromium as driver, type Page } from 'playwright-core';

/** How large the window is. */
export interface Device {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A phone and a desk. */
export const DEVICES: readonly Device[] = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 900 },
];

/** A browser that minds what happens in it. */
export interface Browsing {
  /** A window of its own, signed in as nobody. */
  open(device: Device, options?: { readonly javaScript?: boolean }): Promise<Page>;
  /** What no page may do: errors on the console, requests to another host. Empty where all is well. */
  readonly complaints: readonly string[];
  /** Serious findings about accessibility on the page as it is. */
  findings(page: Page): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What the package sets for one page in a small container: with one process, no window can be closed. */
const NOT_OURS = new Set([
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
]);

/** Starts a headless Chromium for an app at a URL. */
export async function browse(url: string): Promise<Browsing> {
  const browser = await driver.launch({
    args: chromium.args.filter((flag) => !NOT_OURS.has(flag)),
    executablePath: await chromium.executablePath(),
    headless: true,
  });
  const complaints: string[] = [];
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const { origin } = new URL(url);

  return {
    complaints,
    open: async ({ width, height }, { javaScript = true } = {}) => {
      const context = await browser.newContext({
        baseURL: url,
        viewport: { width, height },
        javaScriptEnabled: javaScript,
        timezoneId: 'Europe/Berlin',
        locale: 'en-GB',
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()} at ${page.url()}`);
      });
      page.on('pageerror', (error) => complaints.push(`script: ${error.message} at ${page.url()}`));
      page.on('request', (request) => {
        const to = new URL(request.url());
        if (to.protocol !== 'data:' && to.origin !== origin) complaints.push(`request to ${to.origin}`);
      });
      return page;
    },
    findings: async (page) => {
      await page.evaluate(axe);
      const violations: { id: string; impact: string; nodes: string[] }[] = await page.evaluate(`
        axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) =>
          ({ id, impact, nodes: nodes.map(({ target }) => String(target)) })))`);
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.join(', ')}`);
    },
    close: async () => {
      await browser.close();
    },
  };
}
