import { z } from "zod";

/**
 * Says that a schema has exactly the fields of a view. One that has others does not compile, so that
 * what the API's document promises is what the gateway answers.
 */
export function viewSchema<View>() {
  return <Schema extends z.ZodType>(
    schema: Same<z.output<Schema>, View> extends true ? Schema : Difference<z.output<Schema>, View>,
  ): Schema => schema as Schema;
}

/** True where two types have the same values; `readonly` makes no difference to those. */
export type Same<Left, Right> = [Plain<Left>] extends [Plain<Right>]
  ? [Plain<Right>] extends [Plain<Left>] ? SameKeys<Left, Right> : false
  : false;

/** What the compiler says of two that differ. */
type Difference<Left, Right> = {
  [Key in KeysOf<Left> | KeysOf<Right>]: Same<Field<Left, Key>, Field<Right, Key>> extends true
    ? never
    : `schema and view differ in ${Key & string}`;
}[KeysOf<Left> | KeysOf<Right>];

type Field<Type, Key> = Key extends keyof Type ? Type[Key] : "no such field";

/** An optional field that only one of two has would otherwise go unseen. */
type SameKeys<Left, Right> = [KeysOf<Left>] extends [KeysOf<Right>]
  ? [KeysOf<Right>] extends [KeysOf<Left>] ? true : false
  : false;

type KeysOf<Type> = Type extends unknown ? keyof Type : never;

type Plain<Type> = unknown extends Type ? unknown
  : Type extends string | number | boolean | null | undefined ? Type
  : {
    -readonly [Key in keyof Type]: Record<never, never> extends Pick<Type, Key>
      ? Plain<Type[Key]> | undefined
      : Plain<Type[Key]>;
  };

/** A value, or null. `nullable()` of a named schema would become a document that no null fits. */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.null()]);
}
