/** Every function as `cdk synth` makes it: its bundle, outside the source tree, and the environment that the stack gives it. */
import { join } from 'node:path';
import * as z from 'zod';
import { type Grant, synthesise } from '../infra/synthesised.ts';

const FunctionProperties = z.object({
  Handler: z.string().regex(/^\w+\.\w+$/),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

export interface SynthesisedFunction {
  readonly name: string;
  /** The folder of its code. */
  readonly bundle: string;
  /** As Lambda knows it: `handler.handler`. */
  readonly handler: string;
  /** What stands in the template; anything but text is known to a deployment only. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** What it may do. */
  readonly role: readonly Grant[];
}

/** All functions of the stack in this context, bundled into the folder. */
export function synthesiseFunctions(
  folder: string,
  context: Readonly<Record<string, string>>,
): readonly SynthesisedFunction[] {
  const stack = synthesise(context, folder);
  return stack.resources('AWS::Lambda::Function').flatMap(({ path, properties, asset }) => {
    const parsed = FunctionProperties.safeParse(properties);
    // What CDK brings along by itself is not Vindplaats'.
    if (!parsed.success || asset === undefined) return [];
    const { Handler, Environment } = parsed.data;
    const name = path.replace(/\/function$/, '');
    return {
      name,
      bundle: join(folder, asset),
      handler: Handler,
      variables: Environment.Variables,
      role: stack.roleOf(name),
    };
  });
}

/**
 * The function's environment: what the stack names and nothing else, with the value that the machine gives it, or the
 * template's, or one in the form that a deployment would.
 */
export function environmentOf(
  { variables }: Pick<SynthesisedFunction, 'variables'>,
  machine: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      machine[name] ??
        (typeof value === 'string'
          ? value
          : name.endsWith('_URL')
            ? `https://sqs.example/${name}`
            : 'a-name'),
    ]),
  );
}
