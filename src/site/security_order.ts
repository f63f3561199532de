/** What a person at the site may order about how a charger proves who it is. */
export type SecurityOrder =
  | { readonly do: "new-password" }
  | { readonly do: "revoke-certificates"; readonly reason: string }
  /** After a factory reset it cannot come with a higher one. */
  | { readonly do: "allow-profile"; readonly profile: 0 | 1 | 2 };
