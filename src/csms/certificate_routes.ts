import { sameJson } from "../lib/json.ts";
import type {
  CsmsAction,
  InsideCall,
  InsideRequest,
  InsideResponse,
  InstalledCertificate,
} from "../ocpp/mod.ts";
import type { CommandDesk, Route } from "./route.ts";

/**
 * Roots by which the gateway knows its CSMS are the gateway's own, and so is its certificate. Those by which chargers and cars know each other (ISO 15118) are for every
 * charger that can have them, which is those of 2.x. One charger is reached by its slot.
 */

type CertificateType = InsideRequest<"InstallCertificate">["certificateType"];
type ListedType = NonNullable<
  InsideRequest<"GetInstalledCertificateIds">["certificateType"]
>[number];

/** Roots of cars, contracts and manufacturers of cars. */
const OF_CARS: ReadonlySet<CertificateType | ListedType> = new Set<CertificateType | ListedType>([
  "MORootCertificate",
  "OEMRootCertificate",
  "V2GCertificateChain",
  "V2GRootCertificate",
]);

/** CertificateSigned: the gateway's own, which it has asked for (A02). */
export const certificateSigned: Route<"CertificateSigned"> = {
  handling: ["answer", "refuse"],
  run: ({ message }, { ownCertificate }) => ownCertificate.signed(message),
};

/** InstallCertificate: Accepted where one charger has it now (M05). */
export const installCertificate: Route<"InstallCertificate"> = {
  handling: ["answer", "fan-out", "refuse"],
  fansOutIn2x: true,
  isForOne: true,
  async run({ message }, desk) {
    if (message.certificateType === "CSMSRootCertificate") return await installRoot(message, desk);
    if (!OF_CARS.has(message.certificateType)) return { message: { status: "Rejected" } };
    const answers = await askAll({ action: "InstallCertificate", message }, desk);
    return { message: { status: best(answers, ["Accepted", "Failed"]) ?? "Rejected" } };
  },
};

/**
 * DeleteCertificate: a root of the gateway's own, or of chargers: Accepted where one has deleted it (M04).
 */
export const deleteCertificate: Route<"DeleteCertificate"> = {
  handling: ["fan-out"],
  fansOutIn2x: true,
  isForOne: true,
  async run({ message }, desk) {
    const writes = desk.roots.remove(message.certificateHashData);
    if (writes !== null) {
      await desk.journal.commit(writes);
      return { message: { status: "Accepted" } };
    }
    if (desk.version === "ocpp1.6") return { message: { status: "NotFound" } };
    const answers = await askAll({ action: "DeleteCertificate", message }, desk);
    return { message: { status: best(answers, ["Accepted", "Failed"]) ?? "NotFound" } };
  },
};

/** GetInstalledCertificateIds: those of all chargers, each once (M03). */
export const getInstalledCertificateIds: Route<"GetInstalledCertificateIds"> = {
  handling: ["answer", "fan-out", "refuse"],
  fansOutIn2x: true,
  isForOne: true,
  async run({ message: { certificateType: wanted } }, desk) {
    const types = wanted?.filter((type) => OF_CARS.has(type));
    const found = wanted === undefined || wanted.includes("CSMSRootCertificate")
      ? ownRoots(desk)
      : [];
    if (desk.version === "ocpp1.6" || types?.length === 0) return listed(found);
    // Not the roots by which chargers know the gateway.
    const certificateType = types ??
      ["MORootCertificate", "V2GCertificateChain", "V2GRootCertificate"];
    const [first, ...more] = certificateType as readonly ListedType[];
    const message = first === undefined ? {} : { certificateType: [first, ...more] };
    const answers = await askAll(
      { action: "GetInstalledCertificateIds", message } as
        & InsideCall<"GetInstalledCertificateIds">
        & {
          readonly action: "GetInstalledCertificateIds";
        },
      desk,
    );
    for (
      const each of answers.flatMap((
        { certificateHashDataChain = [] },
      ) => [...certificateHashDataChain])
    ) {
      if (!found.some((known) => sameJson(known, each))) found.push(each);
    }
    return listed(found);
  },
};

function listed(certificateHashDataChain: readonly InstalledCertificate[]) {
  const [first, ...more] = certificateHashDataChain;
  return first === undefined
    ? { message: { status: "NotFound" } } as const
    : { message: { status: "Accepted", certificateHashDataChain: [first, ...more] } } as const;
}

function ownRoots({ roots }: CommandDesk): InstalledCertificate[] {
  return roots.all().map(({ hash }) => ({
    certificateType: "CSMSRootCertificate",
    certificateHashData: hash,
  }));
}

/** It counts from the next connection on, besides those that did before: nobody locks himself out. */
async function installRoot(
  { certificate }: InsideRequest<"InstallCertificate">,
  { roots, journal, clock, log }: CommandDesk,
): Promise<{ readonly message: InsideResponse<"InstallCertificate"> }> {
  const writes = roots.install(certificate, clock.wallMs());
  if (writes === null) return { message: { status: "Rejected" } };
  await journal.commit(writes);
  log("warning", "csms_root_installed");
  return { message: { status: "Accepted" } };
}

/** What the 2.x chargers answer that are connected. */
async function askAll<A extends CsmsAction>(
  call: InsideCall<A> & { readonly action: A },
  { chargers, site }: CommandDesk,
): Promise<readonly InsideResponse<A>[]> {
  const able = chargers.connected()
    .filter((id) => (site.charger(id)?.version ?? "ocpp1.6") !== "ocpp1.6");
  const outcomes = await Promise.all(able.map((id) => chargers.call<A>(id, call)));
  return outcomes.flatMap((outcome) => outcome.kind === "answered" ? [outcome.message] : []);
}

/** The first of these words that somebody has said. */
function best<Status extends string>(
  answers: readonly { readonly status: Status }[],
  order: readonly Status[],
): Status | undefined {
  return order.find((status) => answers.some((each) => each.status === status));
}
