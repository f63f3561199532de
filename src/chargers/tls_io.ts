import type { IncomingMessage } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import { type PeerCertificate, TLSSocket } from "node:tls";
import type { RefusalReason, ShownCertificate } from "./admission.ts";
import type { ListenerTls } from "./options.ts";

/**
 * A server of TLS 1.2 and 1.3. Whether a certificate of a charger counts is decided at the door, which can
 * say why it does not; the handshake itself sees to it that the charger holds the key.
 */
export function createTlsServer(
  limits: ServerOptions,
  tls: ListenerTls,
  broken: (remoteAddress: string, reason: RefusalReason) => void,
): Server {
  const server = createServer({ ...limits, ...secureContext(tls) });
  server.on("tlsClientError", (error, socket) => {
    const reason = reasonOf(error.message);
    if (reason !== null) broken(addressOf(socket), reason);
  });
  return server;
}

/** Another certificate, for the connections to come. */
export function renew(server: Server, tls: ListenerTls): void {
  server.setSecureContext(secureContext(tls));
}

/**
 * Roots are not handed over: Deno would send them along as if they had signed the server's certificate,
 * and strict chargers take no such chain.
 */
function secureContext({ cert, key, asksCertificate = false }: ListenerTls): ServerOptions {
  const ofClients = asksCertificate ? { requestCert: true, rejectUnauthorized: false } : {};
  return { cert, key, minVersion: "TLSv1.2", ...ofClients };
}

/** The certificates that a charger showed in its handshake; null for none. */
export function shownCertificate({ socket }: IncomingMessage): ShownCertificate | null {
  if (!(socket instanceof TLSSocket)) return null;
  const chain: Uint8Array[] = [];
  let next: (PeerCertificate & { issuerCertificate?: PeerCertificate }) | undefined = socket
    .getPeerCertificate(true);
  // A root is its own issuer.
  while (next?.raw !== undefined && chain.length < CHAIN_MAX && !chain.some(isSame(next.raw))) {
    chain.push(next.raw);
    next = next.issuerCertificate;
  }
  // The handshake has failed where its signature was not made with the certificate's key.
  return chain.length === 0 ? null : { chain, isProven: true };
}

const CHAIN_MAX = 5;

function isSame(left: Uint8Array): (right: Uint8Array) => boolean {
  return (right) => left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** In the words of rustls, which Deno speaks TLS with. Null for who simply went away. */
function reasonOf(message: string): RefusalReason | null {
  if (/hang up|reset|closed|eof/i.test(message)) return null;
  if (/corrupt/i.test(message)) return "TLS handshake failed";
  // A hello without signature algorithms is one of TLS 1.1 or older.
  if (/Tls1[23]Not|SupportedVersions|SignatureAlgorithmsExtension|version/i.test(message)) {
    return "TLS version too low";
  }
  return /CipherSuites|KxGroups|SignatureSchemes/i.test(message)
    ? "no common cipher suite"
    : "TLS handshake failed";
}

/** The socket below has the address still; the one of a failed handshake has not. */
function addressOf(socket: TLSSocket): string {
  const below: unknown = Reflect.get(socket, "_parent");
  const address: unknown = typeof below === "object" && below !== null
    ? Reflect.get(below, "remoteAddress")
    : undefined;
  return socket.remoteAddress ?? (typeof address === "string" ? address : "unknown");
}
