/** What a page must have for everyone to use it, looked at directly in the page. */
import type { Page } from 'playwright-core';

/** Everything that is amiss, a sentence each. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const all = <Type extends Element = HTMLElement>(selector: string) => [
      ...document.querySelectorAll<Type>(selector),
    ];
    const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const say = (element: Element) => element.outerHTML.slice(0, 120);

    if (!document.documentElement.lang) faults.push('The page has no language');
    if (!document.title) faults.push('The page has no title');
    for (const selector of ['main', 'h1', 'body > header', '[role=search]']) {
      const count = all(selector).filter(isShown).length;
      if (count !== 1) faults.push(`${count} × ${selector}`);
    }
    for (const control of all<HTMLInputElement>('input:not([type=hidden]), select, textarea')) {
      if (!control.labels?.length && !control.ariaLabel) faults.push(`No label: ${say(control)}`);
    }
    for (const named of all('button, a')) {
      if (!named.ariaLabel && !named.textContent?.trim()) faults.push(`No name: ${say(named)}`);
    }
    for (const link of all('a')) {
      if (!link.getAttribute('href')) faults.push(`A link to nowhere: ${say(link)}`);
    }
    for (const region of all('nav, section[aria-labelledby], [role=listbox]')) {
      const by = region.getAttribute('aria-labelledby');
      if (!region.ariaLabel && !(by && document.getElementById(by))) faults.push(`No name: ${say(region)}`);
    }
    const ids = all('[id]').map(({ id }) => id);
    for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
      faults.push(`Twice: #${id}`);

    let above = 0;
    for (const heading of all('h1, h2, h3, h4, h5, h6').filter(isShown)) {
      const level = Number(heading.tagName.slice(1));
      if (level > above + 1) faults.push(`From h${above} to ${say(heading)}`);
      above = level;
    }
    if (all('[tabindex]').some(({ tabIndex }) => tabIndex > 0)) faults.push('The focus order is forced');
    return faults;
  });
}

/** Texts whose contrast with what is behind them is below WCAG AA, with the ratio. */
export async function faintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number];
    const colourOf = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const behind = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const colour = colourOf(getComputedStyle(element).backgroundColor);
      return colour[3] === 0 ? behind(element.parentElement) : colour;
    };
    const luminance = ([red, green, blue]: Colour) => {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint = new Set<string>();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.textContent?.trim();
      if (!element || !text || !element.checkVisibility() || element.matches(':disabled, noscript')) continue;
      const style = getComputedStyle(element);
      const [lighter = 0, darker = 0] = [luminance(colourOf(style.color)), luminance(behind(element))].sort(
        (a, b) => b - a,
      );
      const ratio = (lighter + 0.05) / (darker + 0.05);
      const isLarge = Number.parseFloat(style.fontSize) >= 24;
      if (ratio < (isLarge ? 3 : 4.5)) faint.add(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
    }
    return [...faint];
  });
}
