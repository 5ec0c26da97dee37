/** Suggestions under the search box: a combobox with a listbox, as the ARIA authoring practices describe it. */
import type { Suggestion } from './answers.ts';
import { element, marked } from './element.ts';
import type { PageContext } from './page-context.ts';

export interface SuggestionListParts {
  readonly input: HTMLInputElement;
  readonly listbox: HTMLElement;
  /** Tells screen readers how many there are. */
  readonly announcement: HTMLElement;
}

export class SuggestionList {
  readonly #parts: SuggestionListParts;
  readonly #context: PageContext;
  readonly #choose: (suggestion: Suggestion) => void;
  #options: readonly { readonly suggestion: Suggestion; readonly option: HTMLElement }[] = [];
  #active = -1;

  constructor(parts: SuggestionListParts, context: PageContext, choose: (suggestion: Suggestion) => void) {
    this.#parts = parts;
    this.#context = context;
    this.#choose = choose;
    parts.input.addEventListener('keydown', (event) => this.#onKey(event));
    parts.input.addEventListener('blur', () => this.close());
    // The focus stays in the box while a suggestion is pressed, or the list would close under the pointer.
    parts.listbox.addEventListener('pointerdown', (event) => event.preventDefault());
  }

  /** A visitor who has left the box in the meantime is not bothered. */
  show(suggestions: readonly Suggestion[]): void {
    const { input, listbox, announcement } = this.#parts;
    if (suggestions.length === 0 || document.activeElement !== input) {
      this.close();
      return;
    }
    this.#options = suggestions.map((suggestion, index) => ({
      suggestion,
      option: this.#optionOf(suggestion, index),
    }));
    listbox.replaceChildren(...this.#options.map(({ option }) => option));
    listbox.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    announcement.textContent = this.#context.texts.suggestionCount(suggestions.length);
    this.#activate(-1);
  }

  close(): void {
    const { input, listbox, announcement } = this.#parts;
    this.#options = [];
    this.#activate(-1);
    listbox.hidden = true;
    listbox.replaceChildren();
    input.setAttribute('aria-expanded', 'false');
    announcement.textContent = '';
  }

  #optionOf(suggestion: Suggestion, index: number): HTMLElement {
    const { texts } = this.#context;
    const { type, label, parts, count } = suggestion;
    const option = element(
      'div',
      { role: 'option', id: `suggestion-${index}`, 'aria-selected': 'false' },
      element('span', { class: 'suggestion-label' }, ...(parts.length > 0 ? marked(parts) : [label])),
      element(
        'span',
        { class: 'suggestion-type' },
        texts.suggestionTypes[type] ?? type,
        type === 'title' ? null : ` · ${texts.documentCount(count)}`,
      ),
    );
    option.addEventListener('click', () => this.#take(suggestion));
    return option;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing || this.#options.length === 0) return;
    const last = this.#options.length - 1;
    // One place past either end is the box itself, so that the typed words can be reached again.
    if (event.key === 'ArrowDown') this.#activate(this.#active === last ? -1 : this.#active + 1);
    else if (event.key === 'ArrowUp') this.#activate(this.#active === -1 ? last : this.#active - 1);
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && this.#active >= 0) this.#take(this.#options[this.#active]?.suggestion);
    else return;
    event.preventDefault();
  }

  #activate(index: number): void {
    this.#active = index;
    for (const [at, { option }] of this.#options.entries()) {
      option.setAttribute('aria-selected', String(at === index));
    }
    const active = this.#options[index]?.option;
    active?.scrollIntoView({ block: 'nearest' });
    if (active) this.#parts.input.setAttribute('aria-activedescendant', active.id);
    else this.#parts.input.removeAttribute('aria-activedescendant');
  }

  #take(suggestion: Suggestion | undefined): void {
    this.close();
    if (suggestion) this.#choose(suggestion);
  }
}
