/** The regular expressions in our source, as the compiler's syntax tree shows them. */
import { relative } from 'node:path';
import {
  type Expression,
  type Node,
  type SourceFile,
  SyntaxKind,
  type TemplateExpression,
} from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isBinaryExpression,
  isCallExpression,
  isIdentifier,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isRegularExpressionLiteral,
  isStringLiteral,
  isTaggedTemplateExpression,
  isTemplateExpression,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

export interface SourcePattern {
  /** `shared/fold.ts:20`. */
  readonly place: string;
  /** Null where it is known only when the program runs. */
  readonly pattern: { readonly source: string; readonly flags: string } | null;
}

/** Every pattern in the files of a project that lie in these folders, in their order. */
export function patternsIn(root: string, folders: readonly string[]): SourcePattern[] {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProject: `${root}/tsconfig.json` }).getProjects();
    if (project === undefined) throw new Error(`${root} holds no project`);
    const { program } = project;
    return program.getSourceFileNames().flatMap((name) => {
      const path = relative(root, name);
      if (!folders.some((folder) => path.startsWith(`${folder}/`))) return [];
      const file = program.getSourceFile(name);
      return file === undefined ? [] : patternsOf(file, path);
    });
  } finally {
    api.close();
  }
}

function patternsOf(file: SourceFile, path: string): SourcePattern[] {
  const found: SourcePattern[] = [];
  const constants = constantsIn(file);
  const visit = (node: Node): void => {
    const place = () => `${path}:${file.text.slice(0, node.getStart(file)).split('\n').length}`;
    if (isRegularExpressionLiteral(node)) found.push({ place: place(), pattern: partsOfLiteral(node.text) });
    else if ((isNewExpression(node) || isCallExpression(node)) && isNamed(node.expression, 'RegExp')) {
      const [of, flags] = node.arguments ?? [];
      const source = of && textOf(of, constants);
      const written = flags === undefined ? '' : textOf(flags, constants);
      const known = source !== undefined && written !== undefined;
      found.push({ place: place(), pattern: known ? { source, flags: written } : null });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

const isNamed = (node: Node, name: string) => isIdentifier(node) && node.text === name;

function partsOfLiteral(text: string): { source: string; flags: string } {
  const end = text.lastIndexOf('/');
  return { source: text.slice(1, end), flags: text.slice(end + 1) };
}

type Constants = ReadonlyMap<string, Expression>;

/** What names at the top of a file stand for. */
function constantsIn(file: SourceFile): Constants {
  const constants = new Map<string, Expression>();
  const visit = (node: Node): void => {
    if (isVariableDeclaration(node) && isIdentifier(node.name) && node.initializer)
      constants.set(node.name.text, node.initializer);
    if (node.kind !== SyntaxKind.FunctionDeclaration && node.kind !== SyntaxKind.ClassDeclaration)
      node.forEachChild(visit);
  };
  visit(file);
  return constants;
}

/** The text that an expression is, or the source of the pattern that it is; undefined where only running it would tell. */
function textOf(node: Expression, constants: Constants): string | undefined {
  const of = (part: Expression) => textOf(part, constants);
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (isRegularExpressionLiteral(node)) return partsOfLiteral(node.text).source;
  if (isTemplateExpression(node)) return joined(templateParts(node, false), of);
  if (isTaggedTemplateExpression(node)) {
    if (!isPropertyAccessExpression(node.tag) || node.tag.name.text !== 'raw') return undefined;
    const { template } = node;
    return isTemplateExpression(template) ? joined(templateParts(template, true), of) : template.rawText;
  }
  if (isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.PlusToken)
    return joined([node.left, node.right], of);
  if (isIdentifier(node)) {
    const constant = constants.get(node.text);
    return constant && textOf(constant, constants);
  }
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) {
    return isPropertyAccessExpression(node) && node.name.text === 'source' ? of(node.expression) : undefined;
  }
  const { expression: list, name } = node.expression;
  const [separator] = node.arguments;
  if (name.text !== 'join' || !isArrayLiteralExpression(list) || !separator) return undefined;
  const [sign, ...texts] = [of(separator), ...list.elements.map(of)];
  return sign === undefined || texts.includes(undefined) ? undefined : texts.join(sign);
}

function templateParts({ head, templateSpans }: TemplateExpression, raw: boolean): (string | Expression)[] {
  const text = (part: { readonly text: string; readonly rawText?: string }) =>
    raw ? (part.rawText ?? part.text) : part.text;
  return [text(head), ...templateSpans.flatMap(({ expression, literal }) => [expression, text(literal)])];
}

function joined(
  parts: readonly (string | Expression)[],
  of: (part: Expression) => string | undefined,
): string | undefined {
  const texts = parts.map((part) => (typeof part === 'string' ? part : of(part)));
  return texts.includes(undefined) ? undefined : texts.join('');
}
