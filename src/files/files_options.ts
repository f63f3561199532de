/** Files that chargers fetch and bring, as site.yaml wants it. */
export interface FilesOptions {
  /** The name or address by which chargers reach the gateway. */
  readonly address: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly tls: { readonly cert: string; readonly key: string } | null;
  } | null;
  readonly ftp: {
    readonly host: string;
    readonly port: number;
    readonly passivePorts: readonly [number, number] | null;
  } | null;
  /** By which chargers of OCPP 1.6 fetch and bring; those of 2.x do by http. */
  readonly way16: "ftp" | "http";
  /** Of one file, and of all that are kept. */
  readonly bytesMax: number;
  readonly keepBytesMax: number;
  /** Roots of those who make firmware, PEM; null: they are not compared. */
  readonly makers: () => string | null;
  /** Roots of servers that files come from, PEM; null: those that browsers know. */
  readonly ca: () => string | null;
}
