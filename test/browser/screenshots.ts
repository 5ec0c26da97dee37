/** Takes the README's picture of the search page, from the real system with the samples: `node test/browser/screenshots.ts`. */
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium } from './chromium.ts';
import { startVindplaats } from './running-vindplaats.ts';
import { visit } from './visitor.ts';

/** A question that shows hits with passages and every facet. */
const question = process.argv[2] ?? 'nacht';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const samples = readdirSync(new URL('../../samples/public/', import.meta.url), {
  withFileTypes: true,
  recursive: true,
});
const documents = samples.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).length;

const [vindplaats, browser] = await Promise.all([
  startVindplaats({ samples: true, documents }),
  launchChromium(),
]);
try {
  const { page, troubles } = await visit(browser, vindplaats.origin);
  await page.goto('/');
  await page.locator('#q').pressSequentially(question);
  await page.locator('#q').press('Enter');
  await page.getByRole('status').filter({ hasText: question }).waitFor();
  mkdirSync(docs, { recursive: true });
  await page.screenshot({ path: `${docs}screenshot.png` });
  if (troubles.length > 0) throw new Error(troubles.join('\n'));
} finally {
  await browser.close();
  await vindplaats.stop();
}
