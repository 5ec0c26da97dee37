/** HTML that the server makes: whatever is put into a template is escaped, unless a template made it. */
import { htmlEscape } from 'escape-goat';

/** Markup that only the `html` template can make. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** The one way to markup: the template's own text stands as it is, every value is escaped or is Html itself. */
  static fromTemplate(template: TemplateStringsArray, values: readonly HtmlValue[]): Html {
    let markup = '';
    for (const [index, text] of template.entries()) {
      markup += text;
      if (index < values.length) markup += markupOf(values[index] ?? null);
    }
    return new Html(markup);
  }

  static isHtml(value: unknown): value is Html {
    return typeof value === 'object' && value !== null && #markup in value;
  }

  toString(): string {
    return this.#markup;
  }
}

/** Null leaves nothing; a list is joined. */
export type HtmlValue = string | number | null | Html | readonly HtmlValue[];

/** For text and for attributes in double quotes; never inside `<script>`, `<style>` or an attribute without quotes. */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.fromTemplate(template, values);
}

function markupOf(value: HtmlValue): string {
  if (value === null) return '';
  if (Html.isHtml(value)) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return htmlEscape(String(value));
  return value.map(markupOf).join('');
}
