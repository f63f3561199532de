/** What a person at the site may order about how a charger proves who it is. */
export type SecurityOrder =
  | { readonly do: "new-password" }
  /** Has it ask for a new certificate, which the site's own authority signs. */
  | { readonly do: "renew-certificate" }
  | { readonly do: "revoke-certificates"; readonly reason: string }
  /** Has it come with a higher one. `url`: where it finds it; 1.6 keeps the address that it has. */
  | {
    readonly do: "raise-profile";
    readonly profile: 1 | 2 | 3;
    readonly url: string | null;
  }
  /** After a factory reset it cannot come with a higher one. */
  | { readonly do: "allow-profile"; readonly profile: 0 | 1 | 2 };
