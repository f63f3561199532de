import type { SiteView } from "../views.ts";

/** The same keys; texts may differ, and so may which of them are there to be said at all. */
export type Translated<Source> = {
  readonly [Key in keyof Source]: Source[Key] extends (...given: infer Given) => string
    ? (...given: Given) => string
    : Source[Key] extends string ? string
    : Source[Key] extends string | null ? string | null
    : Translated<Source[Key]>;
};

/** One subject in every language. What is missing in one does not compile. */
export type Catalogue<Subject> = Readonly<Record<SiteView["language"], Subject>>;
