/** What site.yaml says about tokens. */
export interface AuthorizationOptions {
  readonly knownOffline: boolean;
  readonly unknownOffline: boolean;
  /** Sessions of one unknown token until the CSMS has heard of them; absent: any number. */
  readonly unknownSessionsMax?: number;
  readonly cacheLifetimeMs: number;
  /** The group whose tokens stop everything and start nothing; empty for none. */
  readonly masterPassGroup: string;
  /** Null where the site does not sell to everybody. */
  readonly freeVend: FreeVendOptions | null;
}

/** How a site that sells to everybody starts chargers that want a card. */
export interface FreeVendOptions {
  readonly token: string;
}
