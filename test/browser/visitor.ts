/** Someone with a browser, who notices what a page does wrong. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly javaScript?: boolean;
}

export interface Visitor {
  readonly page: Page;
  /** Errors in the console, uncaught exceptions and requests to elsewhere. */
  readonly troubles: readonly string[];
  leave(): Promise<void>;
}

export async function visit(
  browser: Browser,
  origin: string,
  options: VisitorOptions = {},
): Promise<Visitor> {
  const { width = 1280, height = 800, dark = false, javaScript = true } = options;
  const context: BrowserContext = await browser.newContext({
    baseURL: origin,
    viewport: { width, height },
    locale: 'nl-NL',
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: javaScript,
    // Motion only makes a test wait.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // A condition that does not hold within these milliseconds will not hold.
  page.setDefaultTimeout(10_000);
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('request', (request) => {
    const isElsewhere = !request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:');
    if (isElsewhere) troubles.push(`A request to ${request.url()}`);
  });
  return { page, troubles, leave: () => context.close() };
}
