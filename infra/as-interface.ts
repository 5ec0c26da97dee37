/** As an interface, but that what may lack may also stand there undefined. */
type Loose<Wanted> = {
  readonly [Name in keyof Wanted]: undefined extends Wanted[Name] ? Wanted[Name] | undefined : Wanted[Name];
};

/** A construct as the interface that it implements: CDK's classes are not written for `exactOptionalPropertyTypes`. */
export function asInterface<Wanted extends object>(construct: Loose<Wanted>): Wanted {
  return construct as Wanted;
}
