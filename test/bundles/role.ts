/** A function's role, as IAM reads it: what it denies stands above what it allows, and anything else is not allowed. */
import * as z from 'zod';
import type { Grant } from '../infra/synthesised.ts';

/** What a call takes. */
export interface Right {
  /** `s3:GetObject` */
  readonly action: string;
  /** As the stack's paths name it: `uploads-bucket/public/verslag.pdf`. */
  readonly resource: string;
  /** IAM's condition keys, for what conditions ask about. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The grants that allow it; none when it is not allowed. */
export function grantsThatAllow(role: readonly Grant[], right: Right): readonly Grant[] {
  const matching = role.filter((grant) => matches(grant, right));
  return matching.some(({ effect }) => effect === 'Deny') ? [] : matching;
}

function matches(grant: Grant, { action, resource, context = {} }: Right): boolean {
  return (
    pattern(grant.action, 'i').test(action) &&
    pattern(grant.resource, '').test(resource) &&
    holds(grant.condition, context)
  );
}

const Condition = z.record(
  z.enum(['StringEquals', 'StringLike']),
  z.record(z.string(), z.union([z.string().transform((one) => [one]), z.array(z.string())])),
);

/** Throws for an operator that the roles do not use yet. */
function holds(condition: Grant['condition'], context: Readonly<Record<string, string>>): boolean {
  if (condition === undefined) return true;
  return Object.entries(z.partialRecord(Condition.keyType, Condition.valueType).parse(condition)).every(
    ([operator, keys = {}]) =>
      Object.entries(keys).every(([key, values]) => {
        const actual = context[key];
        if (actual === undefined) return false;
        return values.some((value) =>
          operator === 'StringLike' ? pattern(value, '').test(actual) : value === actual,
        );
      }),
  );
}

/** IAM's wildcards: `*` for any characters, `?` for one. */
function pattern(wildcards: string, flags: string): RegExp {
  const escaped = wildcards.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`);
}
