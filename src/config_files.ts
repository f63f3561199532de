import { z } from "zod";
import { certificatesIn, pairProblem } from "./certificates/mod.ts";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigSources } from "./config_text.ts";
import { port } from "./config_words.ts";
import type { FilesOptions } from "./files/mod.ts";

const MEBIBYTE = 1_048_576;

/** Files for chargers, as site.yaml says it. */
export const filesSchema = z.strictObject({
  // The name or address by which chargers reach the gateway.
  address: z.string().regex(
    /^[A-Za-z0-9.:-]{1,100}$/,
    "Expected the name or address by which chargers reach the gateway, such as 192.168.7.1",
  ),
  http: z.strictObject({
    host: z.string().min(1).default("0.0.0.0"),
    port: port.default(9280),
    cert: z.string().optional(),
    key: z.string().optional(),
  }).optional(),
  ftp: z.strictObject({
    host: z.string().min(1).default("0.0.0.0"),
    port: port.default(2121),
    // For the data; first and last. Any that is free where they are not said.
    passivePorts: z.tuple([port, port]).refine(([first, last]) => first <= last, {
      message: "The first port is above the last",
    }).optional(),
  }).optional(),
  // By which chargers of OCPP 1.6 fetch and bring.
  ocpp16: z.enum(["ftp", "http"]).default("ftp"),
  sizeMaxMiB: z.number().int().min(1).max(4_096).default(512),
  keepMiB: z.number().int().min(1).max(1_048_576).default(2_048),
  // Roots of those who make the chargers' firmware.
  makers: z.string().optional(),
  // Roots of the servers that files come from, instead of those that browsers know.
  ca: z.string().optional(),
}).optional();

/** The same in the terms of those who obey it; null where chargers get no files from the gateway. */
export function filesOptions({ files }: SiteYaml, sources: ConfigSources): FilesOptions | null {
  if (files === undefined) return null;
  const { http, ftp } = files;
  const read = (name: string | undefined) => name === undefined ? null : sources.file(name);
  return {
    address: files.address,
    http: http === undefined ? null : {
      host: http.host,
      port: http.port,
      tls: http.cert === undefined || http.key === undefined
        ? null
        : { cert: read(http.cert) ?? "", key: read(http.key) ?? "" },
    },
    ftp: ftp === undefined
      ? null
      : { host: ftp.host, port: ftp.port, passivePorts: ftp.passivePorts ?? null },
    way16: files.ocpp16,
    bytesMax: files.sizeMaxMiB * MEBIBYTE,
    keepBytesMax: files.keepMiB * MEBIBYTE,
    // Read again each time: somebody renews them.
    makers: () => read(files.makers),
    ca: () => read(files.ca),
  };
}

/** What does not go together. */
export function filesProblems(
  { files, listen }: SiteYaml,
  sources: ConfigSources,
): PlacedProblem[] {
  if (files === undefined) return [];
  const problems: PlacedProblem[] = [];
  const say = (path: readonly string[], message: string) =>
    problems.push({ path: ["files", ...path], message });
  const { http, ftp, sizeMaxMiB, keepMiB } = files;
  if (http === undefined && ftp === undefined) {
    say([], "Chargers get files by http or ftp: name one of them, or both");
  }
  if (sizeMaxMiB > keepMiB) say(["keepMiB"], "A file of sizeMaxMiB has no room in keepMiB");
  const taken = new Map(listen.chargers.map(({ port }) => [port, "chargers"]));
  if (listen.web !== undefined) taken.set(listen.web.port, "the pages");
  for (const [name, each] of [["http", http], ["ftp", ftp]] as const) {
    if (each === undefined) continue;
    const other = taken.get(each.port);
    if (other !== undefined) say([name, "port"], `Port ${each.port} is taken by ${other}`);
    taken.set(each.port, `files.${name}`);
  }
  for (const name of ["makers", "ca"] as const) {
    const file = files[name];
    if (file !== undefined && certificatesIn(sources.file(file) ?? "") === null) {
      say([name], `There are no certificates (PEM) in "${file}"`);
    }
  }
  if (http !== undefined) problems.push(...pairProblems(http, sources));
  return problems;
}

type HttpYaml = NonNullable<NonNullable<SiteYaml["files"]>["http"]>;

function pairProblems({ cert, key }: HttpYaml, sources: ConfigSources): PlacedProblem[] {
  const say = (name: string, message: string) => [{ path: ["files", "http", name], message }];
  if ((cert === undefined) !== (key === undefined)) {
    return say(
      cert === undefined ? "key" : "cert",
      "A certificate needs its key, and a key its certificate",
    );
  }
  if (cert === undefined || key === undefined) return [];
  const problem = pairProblem({
    cert: sources.file(cert) ?? "",
    key: sources.file(key) ?? "",
  });
  return problem === null
    ? []
    : say("key", `"${cert}" and "${key}" are no certificate with its key`);
}
