import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityFaults, faintTexts } from './accessibility.ts';
import { launchChromium } from './chromium.ts';
import { type RunningVindplaats, startVindplaats } from './running-vindplaats.ts';
import { markupTitle, publicDocuments, testDocuments } from './test-documents.ts';
import { type Visitor, visit } from './visitor.ts';

let vindplaats: RunningVindplaats;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [vindplaats, browser] = await Promise.all([
    startVindplaats({ files: testDocuments, documents: publicDocuments }),
    launchChromium(),
  ]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await vindplaats?.stop();
});

beforeEach(async () => {
  visitor = await visit(browser, vindplaats.origin);
  page = visitor.page;
});

afterEach(async () => {
  await visitor.leave();
  expect(visitor.troubles).toEqual([]);
}, 30_000);

const box = () => page.getByRole('combobox', { name: 'Wat zoekt u?' });
const total = () => page.getByRole('status');
const hits = () => page.locator('#hits > li');
const chips = () => page.getByRole('list', { name: 'Gekozen filters' });

/** Waits for the sentence above the results. */
async function toldTotal(text: string | RegExp): Promise<void> {
  await total().filter({ hasText: text }).waitFor();
}

function asked(): URLSearchParams {
  return new URL(page.url()).searchParams;
}

describe('searching', { timeout: 60_000 }, () => {
  test('a visitor who has asked nothing is welcomed with the newest documents', async () => {
    await page.goto('/');
    await toldTotal(`${publicDocuments} documenten`);
    expect(await hits().first().locator('h3').textContent()).toBe('Nachtrust op de gang');
    expect(await hits().first().locator('.meta').textContent()).toContain('april 2021');
    expect(await page.locator('#intro').textContent()).toContain(
      `${publicDocuments} documenten te doorzoeken`,
    );
    await expectFocused('#q');
  });

  test('typing finds documents with the words marked, and the address says so', async () => {
    await page.goto('/');
    await box().pressSequentially('vilten zolen');
    await toldTotal('1 resultaat voor ‘vilten zolen’');
    const marks = await hits().first().locator('.passages mark').allTextContents();
    expect(marks).toEqual(expect.arrayContaining(['vilten', 'zolen']));
    expect(asked().get('q')).toBe('vilten zolen');
    expect(await page.title()).toBe('vilten zolen – Vindplaats');
  });

  test('fast typing asks once, after the last key', async () => {
    await page.goto('/');
    await toldTotal('documenten');
    const searches: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/search?')) searches.push(request.url());
    });
    await box().pressSequentially('werkbezoek', { delay: 15 });
    await toldTotal('24 resultaten');
    expect(searches.length).toBeLessThanOrEqual(2);
  });

  test('a slow answer never replaces that of a later question', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/search\?q=werkbezoek&/, async (route: Route) => {
      await held;
      // The page gave up this request, so there may be nobody left to answer.
      await route.continue().catch(() => {});
    });
    await page.goto('/');
    await toldTotal('documenten');
    const slow = page.waitForRequest(/\/search\?q=werkbezoek&/);
    await box().fill('werkbezoek');
    await slow;
    await box().fill('zolen');
    await toldTotal('1 resultaat voor ‘zolen’');
    release();
    await page.waitForLoadState('networkidle');
    expect(await total().textContent()).toBe('1 resultaat voor ‘zolen’');
  });

  test('Enter makes a step that "back" undoes, typing does not pile up steps', async () => {
    await page.goto('/');
    await toldTotal('documenten');
    await box().fill('zolen');
    await box().press('Enter');
    await toldTotal('1 resultaat');
    await box().fill('werk');
    await toldTotal('24 resultaten voor ‘werk’');
    await box().fill('werkbezoek');
    await toldTotal('24 resultaten voor ‘werkbezoek’');
    await page.goBack();
    await toldTotal('1 resultaat voor ‘zolen’');
    expect(await box().inputValue()).toBe('zolen');
    await page.goForward();
    await toldTotal('24 resultaten voor ‘werkbezoek’');
  });

  test('nothing that is internal is found', async () => {
    await page.goto('/?q=binnenskamers');
    await toldTotal('0 resultaten');
  });

  test('without results the page says what to do', async () => {
    await page.goto('/?q="vilten gang"&kind=article');
    await toldTotal('0 resultaten');
    await page.getByRole('heading', { name: /^Niets gevonden voor/ }).waitFor();
    await page.getByRole('link', { name: 'Zoek hetzelfde zonder filters' }).click();
    await page.getByRole('link', { name: 'Zoek de woorden ook los van elkaar' }).click();
    await toldTotal('1 resultaat voor ‘vilten gang’');
  });

  test('a better spelling and missing words are told', async () => {
    await page.route(/\/search\?/, async (route) => {
      const response = await route.fetch({ url: route.request().url().replace('zoolen', 'zolen') });
      const answer = await response.json();
      const [hit] = answer.hits;
      await route.fulfill({
        response,
        json: { ...answer, relaxed: true, didYouMean: 'zolen', hits: [{ ...hit, missing: ['zoolen'] }] },
      });
    });
    await page.goto('/?q=zoolen');
    await page.getByText('Weinig documenten bevatten al uw woorden').waitFor();
    expect(await hits().first().locator('s').textContent()).toBe('zoolen');
    await page.getByRole('link', { name: 'zolen', exact: true }).click();
    await toldTotal('voor ‘zolen’');
    expect(asked().get('q')).toBe('zolen');
  });
});

describe('filters', { timeout: 60_000 }, () => {
  test('choosing a value narrows to as many as it said, and "back" restores', async () => {
    await page.goto('/?q=werkbezoek');
    await toldTotal('24 resultaten');
    const sensire = page.getByRole('checkbox', { name: /^Sensire/ });
    expect(await page.locator('label', { has: sensire }).textContent()).toContain('8 documenten');
    await sensire.check();
    await toldTotal('8 resultaten voor ‘werkbezoek’');
    expect(asked().getAll('organisation')).toEqual(['sensire']);
    // A facet's own selection does not reduce its counts.
    const mijzo = page.getByRole('checkbox', { name: /^Mijzo/ });
    expect(await page.locator('label', { has: mijzo }).textContent()).toContain('16 documenten');
    await expectFocused('input[value=sensire]');

    await mijzo.check();
    await toldTotal('24 resultaten');
    await page.goBack();
    await toldTotal('8 resultaten');
    expect(await sensire.isChecked()).toBe(true);
    await page.goBack();
    await toldTotal('24 resultaten');
    expect(await sensire.isChecked()).toBe(false);
  });

  test('chosen values stand above the results and can be taken away', async () => {
    await page.goto('/?q=werkbezoek&organisation=sensire&year=2019');
    await toldTotal('4 resultaten');
    expect(await chips().locator('.chip').allTextContents()).toEqual([
      'Organisatie: Sensire×',
      'Jaar: 2019×',
    ]);
    await page.getByRole('button', { name: 'Verwijder filter Jaar: 2019' }).click();
    await toldTotal('8 resultaten');
    await expectFocused('#total');
    await page.getByRole('button', { name: 'Wis alles' }).click();
    await toldTotal('24 resultaten');
    expect(page.url()).toBe(`${vindplaats.origin}/?q=werkbezoek`);
  });

  test('an unknown value is shown as chosen, and can be taken away', async () => {
    await page.goto('/?theme=bestaat-niet');
    await toldTotal('0 resultaten');
    await page.getByRole('button', { name: 'Verwijder filter Thema: bestaat-niet' }).click();
    await toldTotal(`${publicDocuments} documenten`);
  });

  test('the order can be chosen', async () => {
    await page.goto('/?q=werkbezoek');
    await toldTotal('24 resultaten');
    await page.getByLabel('Volgorde').selectOption('Oudste');
    await hits().first().getByRole('link', { name: 'Werkbezoek 1', exact: true }).waitFor();
    expect(asked().get('sort')).toBe('oldest');
  });

  test('pages follow each other without repeating a hit, and the focus goes to where they begin', async () => {
    await page.goto('/?q=werkbezoek&sort=newest');
    await toldTotal(/^24 resultaten voor ‘werkbezoek’$/);
    const titles = await hits().locator('h3').allTextContents();
    await page.getByRole('link', { name: 'Volgende' }).click();
    await toldTotal('pagina 2 van 3');
    await expectFocused('#total');
    titles.push(...(await hits().locator('h3').allTextContents()));
    await page.getByRole('link', { name: 'Pagina 3' }).click();
    await toldTotal('pagina 3 van 3');
    titles.push(...(await hits().locator('h3').allTextContents()));
    expect(new Set(titles).size).toBe(24);
    expect(await page.locator('#hits').getAttribute('start')).toBe('21');
    expect(asked().get('page')).toBe('3');
  });

  test('a page after the last shows the last', async () => {
    await page.goto('/?q=werkbezoek&page=9');
    await toldTotal('pagina 3 van 3');
    expect(asked().get('page')).toBe('3');
  });
});

describe('suggestions', { timeout: 60_000 }, () => {
  test('are chosen with the keyboard', async () => {
    await page.goto('/');
    await toldTotal('documenten');
    await box().pressSequentially('sens');
    await page.getByRole('option', { name: /Sensire/ }).waitFor();
    expect(await box().getAttribute('aria-expanded')).toBe('true');
    await box().press('ArrowDown');
    const active = await box().getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
    await box().press('Enter');
    await toldTotal('9 resultaten');
    expect(asked().get('organisation')).toBe('sensire');
    expect(asked().has('q')).toBe(false);
    expect(await page.getByRole('listbox').isHidden()).toBe(true);
  });

  test('Escape closes them and keeps what was typed', async () => {
    await page.goto('/');
    await box().pressSequentially('sens');
    await page.getByRole('option').first().waitFor();
    await box().press('Escape');
    await page.getByRole('listbox').waitFor({ state: 'hidden' });
    expect(await box().inputValue()).toBe('sens');
    expect(await box().getAttribute('aria-expanded')).toBe('false');
  });

  test('a title opens its document', async () => {
    await page.goto('/');
    await box().pressSequentially('nachtrust');
    await page.getByRole('option', { name: /Nachtrust op de gang/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Nachtrust op de gang' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/documents\/[a-z2-7]{26}$/);
  });
});

describe('from a hit to its document', { timeout: 60_000 }, () => {
  test('a passage opens at its section with the words marked, and leads back to the same results', async () => {
    await page.goto('/?q=zolen&organisation=sensire');
    await toldTotal('1 resultaat');
    await page.getByRole('link', { name: 'Stille schoenen' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const { hash, searchParams } = new URL(page.url());
    expect(searchParams.get('q')).toBe('zolen');
    const section = page.locator(hash);
    expect(await section.getByRole('heading').textContent()).toBe('Stille schoenen');
    expect(await section.locator('mark').allTextContents()).toEqual(['zolen', 'zolen', 'zolen']);
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(0);
    const { top } = await section.evaluate((element) => element.getBoundingClientRect());
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThan(100);
    expect(await section.locator('li').allTextContents()).toEqual(['zachte zolen', 'gedempt licht']);

    await page.getByRole('link', { name: 'Terug naar zoekresultaten' }).click();
    await toldTotal('1 resultaat voor ‘zolen’');
    expect(asked().get('organisation')).toBe('sensire');
  });

  test('its names lead to what else they stand for', async () => {
    await page.goto('/?q=nachtrust');
    await hits().first().locator('h3 a').click();
    await page.getByRole('definition').filter({ hasText: 'Sensire' }).getByRole('link').click();
    await toldTotal('9 resultaten');
  });

  test('the page reads and searches without scripts', async () => {
    await page.goto('/?q=nachtrust');
    const address = await hits().first().locator('h3 a').getAttribute('href');
    const plain = await visit(browser, vindplaats.origin, { javaScript: false });
    await plain.page.goto(address ?? '');
    expect(await plain.page.getByRole('heading', { level: 1 }).textContent()).toBe('Nachtrust op de gang');
    await plain.page.getByLabel('Zoek in alle documenten').fill('moestuin');
    await plain.page.getByRole('button', { name: 'Zoeken' }).click();
    expect(plain.page.url()).toBe(`${vindplaats.origin}/?q=moestuin`);
    await plain.leave();
  });

  test('markup in a document runs nowhere', async () => {
    await page.goto('/?q=opmaakproef');
    await toldTotal('1 resultaat');
    expect(await hits().first().locator('h3').textContent()).toBe(markupTitle);
    await hits().first().locator('h3 a').click();
    const title = page.getByRole('heading', { level: 1 });
    expect(await title.textContent()).toBe(markupTitle);
    expect(await page.title()).toBe(`${markupTitle} – Vindplaats`);
    expect(await page.locator('.document-text').textContent()).toContain('<script>');
    expect(await page.locator('main script, main img').count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});

describe('trouble', { timeout: 60_000 }, () => {
  const problem = (status: number, detail: string, headers: Record<string, string> = {}) => ({
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({ status, detail }),
  });

  /** The browser itself reports a failed request in the console. */
  function forgetFailedRequests(): void {
    const kept = visitor.troubles.filter((trouble) => !trouble.startsWith('Failed to load resource'));
    expect(kept).toEqual([]);
    visitor = { ...visitor, troubles: kept };
  }

  test('a busy server is asked again after as long as it said, and not before', async () => {
    const asked: number[] = [];
    await page.route(/\/search\?/, async (route) => {
      asked.push(Date.now());
      if (asked.length === 1)
        await route.fulfill(problem(503, 'Even niet mogelijk.', { 'retry-after': '2' }));
      else await route.continue();
    });
    await page.goto('/?q=zolen');
    await page.getByRole('alert').filter({ hasText: 'Even niet mogelijk.' }).waitFor();
    expect(await page.getByRole('button', { name: 'Probeer opnieuw' }).isDisabled()).toBe(true);
    await box().fill('vilten zolen');
    await toldTotal('1 resultaat voor ‘vilten zolen’');
    const [first = 0, second = 0] = asked;
    expect(second - first).toBeGreaterThanOrEqual(2000);
    expect(await page.getByRole('alert').count()).toBe(0);
    forgetFailedRequests();
  });

  test('a question that cannot be asked says why', async () => {
    await page.goto(`/?q=${'x'.repeat(600)}`);
    await page.getByRole('alert').filter({ hasText: 'te lang' }).waitFor();
    await page.getByRole('link', { name: 'Begin opnieuw' }).click();
    await toldTotal('documenten');
    forgetFailedRequests();
  });

  test('without a connection the page says so, and goes on when it is back', async () => {
    await page.goto('/');
    await toldTotal('documenten');
    await page.context().setOffline(true);
    await box().fill('zolen');
    await page.getByRole('alert').filter({ hasText: 'niet verbonden' }).waitFor();
    await page.context().setOffline(false);
    await toldTotal('1 resultaat voor ‘zolen’');
    forgetFailedRequests();
  });

  test('an answer that makes no sense offers to try again', async () => {
    await page.route(/\/search\?/, (route) => route.fulfill({ json: { total: 'many' } }), { times: 1 });
    await page.goto('/?q=zolen');
    await page.getByRole('button', { name: 'Probeer opnieuw' }).click();
    await toldTotal('1 resultaat voor ‘zolen’');
  });
});

describe('for everyone', { timeout: 60_000 }, () => {
  test('English can be chosen and is remembered', async () => {
    await page.goto('/?q=werkbezoek');
    expect(await page.locator('html').getAttribute('lang')).toBe('nl');
    await toldTotal('24 resultaten');
    await page.getByRole('link', { name: 'English' }).click();
    await toldTotal('24 results for ‘werkbezoek’');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await hits().first().locator('h3 a').click();
    await page.getByRole('link', { name: 'Back to search results' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.goto('/?q=zolen');
    await toldTotal('1 result for ‘zolen’');
  });

  test.each([
    ['the welcome', '/'],
    ['a list of results', '/?q=zolen&organisation=sensire'],
    ['an answer without results', '/?q=bestaatniet'],
  ])('%s has names, landmarks, an order of headings and contrast', async (_, path) => {
    for (const dark of [false, true]) {
      const other = await visit(browser, vindplaats.origin, { dark });
      await other.page.goto(path);
      await other.page.locator('#results[aria-busy=false]').waitFor();
      expect(await accessibilityFaults(other.page)).toEqual([]);
      expect(await faintTexts(other.page)).toEqual([]);
      await other.leave();
    }
  });

  test('a document has them too', async () => {
    await page.goto('/?q=zolen');
    const address = await hits().first().locator('h3 a').getAttribute('href');
    for (const dark of [false, true]) {
      const other = await visit(browser, vindplaats.origin, { dark });
      await other.page.goto(address ?? '');
      expect(await accessibilityFaults(other.page)).toEqual([]);
      expect(await faintTexts(other.page)).toEqual([]);
      await other.leave();
    }
  });

  test('the keyboard goes from the box over the filters to the hits', async () => {
    await page.goto('/?q=zolen&organisation=sensire');
    await toldTotal('1 resultaat');
    const order: string[] = [];
    for (let step = 0; step < 40 && !order.includes('Nachtrust op de gang'); step += 1) {
      await page.keyboard.press('Tab');
      order.push(
        await page.evaluate(
          () => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '',
        ),
      );
    }
    const [submit, chip, clear] = order;
    expect([submit, chip, clear]).toEqual(['Zoeken', 'Verwijder filter Organisatie: Sensire', 'Wis alles']);
    expect(order.at(-1)).toBe('Nachtrust op de gang');
  });

  test('a screen 320 pixels wide is enough', async () => {
    const narrow = await visit(browser, vindplaats.origin, { width: 320 });
    const hasRoom = () => narrow.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await narrow.page.goto('/?q=werkbezoek');
    await narrow.page.locator('#results[aria-busy=false]').waitFor();
    expect(await hasRoom()).toBe(true);
    const sensire = narrow.page.getByRole('checkbox', { name: /^Sensire/ });
    expect(await sensire.isVisible()).toBe(false);
    await narrow.page.getByRole('button', { name: 'Filters' }).click();
    await sensire.check();
    await narrow.page.getByRole('status').filter({ hasText: '8 resultaten' }).waitFor();
    expect(await hasRoom()).toBe(true);
    await narrow.page.locator('#hits h3 a').first().click();
    await narrow.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await hasRoom()).toBe(true);
    await narrow.leave();
  });
});

async function expectFocused(selector: string): Promise<void> {
  await page.locator(`${selector}:focus`).waitFor({ state: 'attached' });
}
