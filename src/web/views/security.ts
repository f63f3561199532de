/** How a charger proves who it is. */
export interface ChargerSecurityView {
  /** Of the connection that it has now; null while it is away. */
  readonly profile: SecurityProfile | null;
  /** It comes with no lower one any more. */
  readonly leastProfile: SecurityProfile;
  readonly password: {
    /** Kept here as a digest; false: site.yaml has it, or there is none. */
    readonly kept: boolean;
    /** When it first came with it; null where nobody knows. */
    readonly since: string | null;
    /** It was given a new one and has not come with it yet. */
    readonly changing: boolean;
  };
  /** The one that ends last first. */
  readonly certificates: readonly ChargerCertificateView[];
}

/** A certificate that a charger was given here, or has come with. */
export interface ChargerCertificateView {
  /** SHA-256, as pairs of hexadecimal digits. */
  readonly fingerprint: string;
  readonly serialNumber: string;
  /** Null in records from before it was kept. */
  readonly subject: string | null;
  readonly from: string;
  readonly until: string;
  readonly issuedAt: string;
  /** When the charger first came with it; null: it has not yet. */
  readonly firstUsed: string | null;
  /** Null while it counts. */
  readonly revoked: { readonly at: string; readonly reason: string } | null;
}

/** 0: no password; 1: a password; 2: a password over TLS; 3: a certificate. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** What a whole site's security stands on, for the page of that name. */
export interface SecurityView {
  readonly listeners: readonly ListenerSecurityView[];
  /** Of the site's own authority, the one that signs now first; empty where nobody signs. */
  readonly roots: readonly RootView[];
}

/** A listener, and the certificate that it shows. */
export interface ListenerSecurityView extends ListenerView {
  /** Null: it has no TLS, a front has it, or the gateway renews it by itself. */
  readonly certificateUntil: string | null;
  /** The gateway's own authority has signed its certificate, which is renewed in time. */
  readonly isOwn: boolean;
}

/** A root of the site's own authority. */
export interface RootView {
  readonly subject: string;
  readonly fingerprint: string;
  readonly from: string;
  readonly until: string;
}

/** Where chargers may be pointed at, for the page that helps an installer. */
export interface ListenerView {
  readonly url: string;
  readonly securityProfile: SecurityProfile;
}
