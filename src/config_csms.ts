import { certificatesIn, pairProblem } from "./certificates/mod.ts";
import type { CsmsOptions } from "./csms/mod.ts";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigPath, ConfigSources } from "./config_text.ts";

type CsmsYaml = NonNullable<SiteYaml["csms"]>;

/** Certificates towards the CSMS, read again at each connection. */
export function csmsTls(
  { ca, cert, key }: CsmsYaml,
  sources: ConfigSources,
): NonNullable<CsmsOptions["tls"]> {
  let before: { readonly cert: string; readonly key: string } | null = null;
  return () => {
    const pair = cert === undefined || key === undefined ? null : {
      cert: sources.file(cert) ?? "",
      key: sources.file(key) ?? "",
    };
    // Half of a renewal is none.
    if (pair === null || pairProblem(pair) === null) before = pair;
    return { ca: ca === undefined ? null : sources.file(ca) ?? "", own: before };
  };
}

/** What is wrong with how the CSMS is reached. */
export function csmsProblems(yaml: SiteYaml, sources: ConfigSources): PlacedProblem[] {
  if (yaml.csms === undefined) return [];
  const { mode, url, ca, cert, key } = yaml.csms;
  const problems: PlacedProblem[] = [];
  const say = (name: string, message: string) => {
    const path: ConfigPath = ["csms", name];
    problems.push({ path, message });
  };
  if (mode === "relay") say("mode", "Mode relay is not available yet: use aggregate");
  // It is shown on pages and in the log.
  const { username = "", password: inAddress = "" } = URL.parse(url) ?? {};
  if (username + inAddress !== "") {
    say("url", "A name and a password do not belong into the address: use identity and password");
  }
  const files = Object.entries({ ca, cert, key }).filter(([, file]) => file !== undefined);
  for (const [name, file = ""] of files) {
    if (!url.startsWith("wss:")) say(name, "Certificates need an address that begins with wss://");
    else if (sources.file(file) === null) say(name, `There is no file "${file}"`);
    else if (name !== "key" && certificatesIn(sources.file(file) ?? "") === null) {
      say(name, `There are no certificates (PEM) in "${file}"`);
    }
  }
  if ((cert === undefined) !== (key === undefined)) {
    say(
      cert === undefined ? "key" : "cert",
      "A certificate needs its key, and a key its certificate",
    );
  }
  if (problems.length > 0 || cert === undefined || key === undefined) return problems;
  const problem = pairProblem({
    cert: sources.file(cert) ?? "",
    key: sources.file(key) ?? "",
  });
  if (problem === "no key") say("key", `There is no private key (PEM) in "${key}"`);
  if (problem === "another") say("key", `"${key}" is not the key of "${cert}"`);
  return problems;
}
