import { z } from "zod";
import { certificatesIn, pairProblem } from "./certificates/mod.ts";
import type { ListenerOptions, ListenerTls } from "./chargers/mod.ts";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigPath, ConfigSources } from "./config_text.ts";
import { port } from "./config_words.ts";
import { compact } from "./lib/json.ts";

const HOST_NAME = /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}$/;
const LOOPBACK = /^(127\.|::1$|localhost$)/;
/** By which chargers find a gateway that nobody has given another name. */
const NAMES = ["sangam.local"];

/** Where chargers connect. */
export const chargerListener = z.strictObject({
  host: z.string().default("0.0.0.0"),
  port,
  path: z.string().regex(/^\/[\w\-./]*$/, "Expected a path such as /ocpp").default("/ocpp"),
  securityProfile: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(1),
  compression: z.boolean().default(true),
  cert: z.string().optional(),
  key: z.string().optional(),
  // In a certificate of the gateway's own, where there is no cert.
  names: z.array(
    z.string().max(64).refine(
      (name) => HOST_NAME.test(name) || z.ipv6().safeParse(name).success,
      "Expected a host name or an address",
    ),
  ).min(1).max(20).optional(),
  // Who else signs certificates of chargers.
  clientCa: z.string().optional(),
  // TLS ends in a front on this machine, which shows this secret.
  front: z.string().min(16, "Expected a secret of at least 16 characters").optional(),
});

type ListenerYaml = SiteYaml["listen"]["chargers"][number];

/** The listener in the words of the room that opens it. */
export function listenerOptions(listener: ListenerYaml, sources: ConfigSources): ListenerOptions {
  const { host, port, path, securityProfile, compression, clientCa, front } = listener;
  const tls = tlsOf(listener, sources);
  const isOwn = securityProfile >= 2 && tls === null && front === undefined;
  return compact({
    host,
    port,
    path,
    securityProfile,
    compression,
    tls,
    front,
    names: isOwn ? listener.names ?? NAMES : undefined,
    clientRoots: clientCa === undefined ? undefined : [sources.file(clientCa) ?? ""],
  });
}

function tlsOf({ cert, key }: ListenerYaml, sources: ConfigSources): ListenerTls | null {
  if (cert === undefined || key === undefined) return null;
  const read = () => {
    const pair = { cert: sources.file(cert), key: sources.file(key) };
    return pair.cert === null || pair.key === null ? null : { cert: pair.cert, key: pair.key };
  };
  return { cert: "", key: "", ...read(), reread: read };
}

/** What is wrong with where chargers and people connect. */
export function listenerProblems(yaml: SiteYaml, sources: ConfigSources): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  yaml.listen.chargers.forEach((listener, index) => {
    const path = ["listen", "chargers", index];
    problems.push(
      ...pairProblems(listener, path, sources),
      ...tlsProblems(listener, path, sources),
    );
    const { port } = listener;
    const first = yaml.listen.chargers.findIndex((other) => other.port === port);
    if (port !== 0 && first < index) {
      const message = `Port ${port} is in use by listener ${first}`;
      problems.push({ path: [...path, "port"], message });
    }
  });
  return [...problems, ...webProblems(yaml, sources)];
}

function tlsProblems(
  { host, securityProfile, cert, names, clientCa, front }: ListenerYaml,
  path: ConfigPath,
  sources: ConfigSources,
): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const say = (key: string, message: string) => problems.push({ path: [...path, key], message });
  if (front !== undefined) {
    if (!LOOPBACK.test(host)) say("host", "Behind a front it listens on loopback: 127.0.0.1");
    if (securityProfile < 2) say("front", "A front is for security profiles 2 and 3");
    if (cert !== undefined) say("cert", "Behind a front the certificate is the front's");
  }
  if (names !== undefined && (securityProfile < 2 || cert !== undefined || front !== undefined)) {
    say(
      "names",
      "names are for a certificate of the gateway's own: security profile 2 or 3, no cert",
    );
  }
  if (clientCa !== undefined) {
    if (securityProfile !== 3) say("clientCa", "clientCa is for security profile 3");
    const text = sources.file(clientCa);
    if (text === null) say("clientCa", `There is no file "${clientCa}"`);
    else if (certificatesIn(text) === null) {
      say("clientCa", `There are no certificates (PEM) in "${clientCa}"`);
    }
  }
  return problems;
}

function pairProblems(
  { cert, key, securityProfile }: ListenerYaml,
  path: ConfigPath,
  sources: ConfigSources,
): PlacedProblem[] {
  if (cert === undefined && key === undefined) return [];
  if (cert === undefined || key === undefined) {
    const message = cert === undefined ? "A key needs its cert" : "A cert needs its key";
    return [{ path: [...path, cert === undefined ? "key" : "cert"], message }];
  }
  if (securityProfile < 2) {
    const message = "With a certificate it is security profile 2 or 3";
    return [{ path: [...path, "cert"], message }];
  }
  const missing = ([["cert", cert], ["key", key]] as const)
    .filter(([, file]) => sources.file(file) === null)
    .map(([name, file]) => ({ path: [...path, name], message: `There is no file "${file}"` }));
  if (missing.length > 0) return missing;
  const pair = { cert: sources.file(cert) ?? "", key: sources.file(key) ?? "" };
  switch (pairProblem(pair)) {
    case "no certificate":
      return [{ path: [...path, "cert"], message: `There is no certificate (PEM) in "${cert}"` }];
    case "no key":
      return [{ path: [...path, "key"], message: `There is no private key (PEM) in "${key}"` }];
    case "another":
      return [{ path: [...path, "key"], message: `"${key}" is not the key of "${cert}"` }];
    case null:
      return [];
  }
}

function webProblems(yaml: SiteYaml, sources: ConfigSources): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const { host, port, tls } = yaml.listen.web;
  if (tls === "off" && !LOOPBACK.test(host)) {
    const message = "Pages without TLS are for loopback only: set tls, or host 127.0.0.1";
    problems.push({ path: ["listen", "web", "host"], message });
  }
  if (port !== 0 && yaml.listen.chargers.some((listener) => listener.port === port)) {
    const message = `Port ${port} is in use for chargers: pages and chargers never share one`;
    problems.push({ path: ["listen", "web", "port"], message });
  }
  if (typeof tls === "object") {
    for (const name of ["cert", "key"] as const) {
      if (sources.file(tls[name]) === null) {
        const path = ["listen", "web", "tls", name];
        problems.push({ path, message: `There is no file "${tls[name]}"` });
      }
    }
  }
  return problems;
}
